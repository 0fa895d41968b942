package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

class LiveQueryTest {
  private static final String CHANGED = "STREAM_CHANGED";
  private static final String BY_DEVICE =
      "SELECT device, COUNT(*) AS n, AVG(t) AS avg_t FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";
  private static QueryBed bed;
  private static int streams;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  private static String stream(boolean historical, int partitions) {
    return stream(historical, partitions, Duration.ofSeconds(5));
  }

  private static String stream(boolean historical, int partitions, Duration lateness) {
    String name = "s" + ++streams;
    bed.declare(Readings.definition(name, historical, partitions, lateness));
    return name;
  }

  @Test
  void filterAnswersEveryEventThatPasses() {
    String s = stream(true, 2);
    bed.send(
        s,
        "["
            + Readings.event("a", 1, "2015-01-01T00:00:00Z", 1.5)
            + ","
            + Readings.event("b", 1, "2015-01-01T00:00:01Z", -2)
            + ","
            + Readings.event("b", 2, "2015-01-01T00:00:02Z", null)
            + "]");

    Answer answer = bed.ask("SELECT device, t FROM " + s + " WHERE t > 0");

    assertThat(answer.rows).containsExactly("{\"device\":\"a\",\"t\":1.5}");
    assertThat(answer.accounted("read")).isEqualTo(3);
    assertThat(answer.accounted("filtered")).isEqualTo(2);
    assertThat(answer.accounted("counted")).isEqualTo(1);
  }

  @Test
  void windowLeavesOnceTheWatermarkHasPassedItsEndAndTheOpenOneIsAnUpdate() {
    String s = stream(true, 1);
    bed.send(
        s,
        "["
            + Readings.event("b", 1, "2015-01-01T00:00:01Z", 1)
            + ","
            + Readings.event("a", 1, "2015-01-01T00:00:02Z", 2)
            + ","
            + Readings.event("a", 2, "2015-01-01T00:00:09.999Z", 4)
            + ","
            + Readings.event("a", 3, "2015-01-01T00:00:15Z", 8)
            + "]");

    Answer answer = bed.ask(BY_DEVICE.formatted(s));

    String first =
        "{\"window_start\":\"2015-01-01T00:00:00.000Z\",\"window_end\":\"2015-01-01T00:00:10.000Z\",";
    assertThat(answer.rows)
        .containsExactly(
            first + "\"device\":\"a\",\"n\":2,\"avg_t\":3.0}",
            first + "\"device\":\"b\",\"n\":1,\"avg_t\":1.0}");
    assertThat(answer.updates).hasSize(1);
    assertThat(answer.updates.get(0)).contains("\"n\":1");
  }

  @Test
  void lateAndDuplicateEventsAreAccountedAndNotCounted() {
    String s = stream(true, 1);
    bed.send(
        s,
        "["
            + Readings.event("a", 1, "2015-01-01T00:00:01Z", 1)
            + ","
            + Readings.event("a", 1, "2015-01-01T00:00:01Z", 1)
            + "]");
    bed.send(
        s,
        "["
            + Readings.event("a", 2, "2015-01-01T00:00:16Z", 1)
            + ","
            + Readings.event("a", 3, "2015-01-01T00:00:02Z", 1)
            + "]");
    bed.send(s, "[" + Readings.event("a", 4, "2015-01-01T00:00:12Z", 1) + "]");

    Answer answer = bed.ask(BY_DEVICE.formatted(s));

    assertThat(answer.rows).hasSize(1);
    assertThat(answer.rows.get(0)).contains("\"n\":1");
    assertThat(answer.updates.get(0)).contains("\"n\":2");
    assertThat(answer.accounted("duplicate")).isEqualTo(1);
    assertThat(answer.accounted("late")).isEqualTo(1);
    assertThat(answer.accounted("counted")).isEqualTo(3);
    assertThat(answer.accounted("read")).isEqualTo(5);
  }

  @Test
  void boundedTotalAnswersOneRowEvenOfNothing() {
    String s = stream(true, 3);

    Answer answer = bed.ask("SELECT COUNT(*) AS n, SUM(t) AS s FROM " + s);

    assertThat(answer.rows).containsExactly("{\"n\":0,\"s\":null}");
  }

  @Test
  void partitionsThatAreBehindHoldTheWindowsOpen() {
    String s = stream(true, 2);
    bed.send(
        s,
        "["
            + Readings.event("a", 1, "2015-01-01T00:00:01Z", 1)
            + ","
            + Readings.event("a", 2, "2015-01-01T00:01:00Z", 1)
            + "]",
        0);

    assertThat(bed.ask(BY_DEVICE.formatted(s)).rows).isEmpty();

    bed.punctuate(s, 1, Instant.parse("2015-01-01T00:00:10Z"));

    assertThat(bed.ask(BY_DEVICE.formatted(s)).rows).hasSize(1);
  }

  @Test
  void boundCutsWindowsThatItDoesNotHold() {
    String s = stream(true, 1);
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      events.add(Readings.event("a", i, Instant.parse("2015-01-01T00:00:00Z").plusSeconds(i), i));
    }
    bed.send(s, events.toString());

    Answer answer = bed.ask(BY_DEVICE.formatted(s), "2015-01-01T00:00:13Z", "2015-01-01T00:00:35Z");

    assertThat(answer.rows).hasSize(2).allSatisfy(row -> assertThat(row).contains("\"n\":10"));
    assertThat(answer.updates).hasSize(1);
    assertThat(answer.updates.get(0)).contains("\"n\":5");
  }

  @Test
  void queryOfThePastGoesOnLiveWithoutGapOrDuplicate() throws InterruptedException {
    String s = stream(false, 3);
    Instant begin = Instant.now();
    int history = 5_000;
    int live = 2_000;
    Readings.sendNumbers(bed, s, begin, 0, history);
    Answer answer = new Answer();
    CountDownLatch all = new CountDownLatch(1);
    var subscription =
        bed.open("SELECT seq FROM " + s, "earliest", null)
            .events(Format.NDJSON)
            .doOnNext(answer::add)
            .subscribe(
                e -> {
                  if (answer.count() >= history + live) {
                    all.countDown();
                  }
                });
    for (int i = 0; i < live; i += 100) {
      Readings.sendNumbers(bed, s, begin, history + i, history + i + 100);
    }
    assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
    subscription.dispose();

    assertThat(answer.rows).doesNotHaveDuplicates().hasSize(history + live);
  }

  @Test
  void silenceClosesWindowsOfALiveStream() {
    String s = stream(false, 3, Duration.ofMillis(500));
    String sql = "SELECT COUNT(*) AS n FROM " + s + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)";

    StepVerifier.create(
            bed.open(sql, "-5s", null)
                .events(Format.NDJSON)
                .filter(event -> event.kind() == Kind.ROW)
                .take(1))
        .then(() -> bed.send(s, "[" + Readings.event("a", 1, Instant.now(), 1) + "]"))
        .expectNextCount(1)
        .expectComplete()
        .verify(Duration.ofSeconds(60));
  }

  @Test
  void sessionsFromATimeAreThoseThatBeginThen() {
    String s = stream(true, 2);
    List<String> events = new ArrayList<>();
    for (int second : new int[] {10, 14, 18, 40, 43, 80}) {
      events.add(
          Readings.event(
              "a", second, Instant.parse("2015-01-01T00:00:00Z").plusSeconds(second), 1));
    }
    bed.send(s, events.toString(), 0);
    bed.punctuate(s, 1, Instant.parse("2015-01-01T00:02:00Z"));
    String sql =
        "SELECT device, COUNT(*) AS n FROM "
            + s
            + " GROUP BY SESSION(ts, INTERVAL '5' SECOND), device";

    Answer all = bed.ask(sql);
    Answer later = bed.ask(sql, "2015-01-01T00:00:12Z", "now");

    assertThat(all.rows)
        .containsExactly(
            "{\"window_start\":\"2015-01-01T00:00:10.000Z\",\"window_end\":\"2015-01-01T00:00:23.000Z\",\"device\":\"a\",\"n\":3}",
            "{\"window_start\":\"2015-01-01T00:00:40.000Z\",\"window_end\":\"2015-01-01T00:00:48.000Z\",\"device\":\"a\",\"n\":2}");
    assertThat(all.updates).hasSize(1);
    assertThat(later.rows).isEqualTo(all.rows.subList(1, 2));
    assertThat(later.updates).isEqualTo(all.updates);
    assertThat(later.accounted("outside")).isZero();
  }

  @Test
  void eventInTooManyWindowsIsRefused() {
    String s = stream(true, 1);

    assertThatThrownBy(
            () ->
                bed.open(
                    "SELECT COUNT(*) FROM "
                        + s
                        + " GROUP BY HOP(ts, INTERVAL '1' SECOND, INTERVAL '1' HOUR)",
                    null,
                    null))
        .hasMessageContaining("every event would be in 3600 windows, at most 1000 are allowed");
  }

  @Test
  void endBeforeTheBeginningIsRefusedAlsoWithoutWindows() {
    String s = stream(false, 1);

    assertThatThrownBy(() -> bed.open("SELECT seq FROM " + s, "now", "-1h"))
        .hasMessageContaining("to must be after from: was \"-1h\", from was \"now\"");
    assertThatThrownBy(() -> bed.open("SELECT seq FROM " + s, null, "now"))
        .hasMessageContaining("to must be after from: was \"now\", from was now");
  }

  @Test
  void limitEndsTheQuery() {
    String s = stream(true, 1);
    bed.send(
        s,
        "["
            + Readings.event("a", 1, "2015-01-01T00:00:01Z", 1)
            + ","
            + Readings.event("a", 2, "2015-01-01T00:00:02Z", 2)
            + ","
            + Readings.event("a", 3, "2015-01-01T00:00:03Z", 3)
            + "]");

    Answer answer = new Answer();
    bed.open("SELECT seq FROM " + s + " LIMIT 2", "earliest", null)
        .events(Format.NDJSON)
        .doOnNext(answer::add)
        .blockLast(QueryBed.LIMIT);

    assertThat(answer.rows).containsExactly("{\"seq\":1}", "{\"seq\":2}");
    assertThat(answer.end.get("reason").asString()).isEqualTo("limit");
  }

  @Test
  void changedStreamEndsItsQueries() {
    String s = stream(false, 1);
    CatalogStream before = bed.find(s);
    CatalogStream after =
        new CatalogStream(
            Readings.definition(s, false, 1, Duration.ofSeconds(9)),
            before.schemaId(),
            2,
            before.created());

    assertQueriesEnd("SELECT seq FROM " + s, () -> bed.change(after), CHANGED);
  }

  @Test
  void whoReadsAFieldThatIsGoneIsEndedAndOthersGoOn() {
    String s = stream(false, 1);
    CatalogStream before = bed.find(s);
    List<Field> fields = new ArrayList<>(before.definition().fields());
    fields.removeIf(field -> field.name().equals("t"));
    fields.add(new Field("added", FieldType.LONG, true));
    CatalogStream after =
        new CatalogStream(before.definition().withFields(fields), 1_000, 1, before.created());
    AtomicBoolean ended = new AtomicBoolean();
    Disposable other =
        bed.open("SELECT device, seq FROM " + s + " WHERE seq > 3", null, null)
            .events(Format.NDJSON)
            .doOnTerminate(() -> ended.set(true))
            .subscribe();

    assertQueriesEnd("SELECT seq FROM " + s + " WHERE t > 3", () -> bed.change(after), CHANGED);

    assertThat(ended).isFalse();
    other.dispose();
    assertThat(bed.open("SELECT added FROM " + s, null, null).columns().get(0).name())
        .isEqualTo("added");
  }

  @Test
  void deletedStreamEndsItsQueries() {
    String s = stream(false, 1);

    assertQueriesEnd("SELECT seq FROM " + s, () -> bed.remove(s), "STREAM_DELETED");
  }

  private static void assertQueriesEnd(String sql, Runnable what, String code) {
    StepVerifier.create(
            bed.open(sql, null, null)
                .events(Format.NDJSON_IDS)
                .filter(event -> event.kind() == Kind.ERROR)
                .concatMapIterable(QueryBed::lines))
        .then(what)
        .assertNext(line -> assertThat(line.at("/error/code").stringValue()).isEqualTo(code))
        .expectComplete()
        .verify(Duration.ofSeconds(60));
  }
}
