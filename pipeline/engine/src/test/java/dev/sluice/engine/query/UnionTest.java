package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import tools.jackson.databind.JsonNode;

/** UNION ALL of queries that are each computed for itself, over two streams. */
class UnionTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final String COUNTS =
      "SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";
  private static QueryBed bed;
  private static LiveQueryEngine other;
  private static String left;
  private static String right;
  private static int streams;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
    other = bed.anotherEngine();
    left = stream(3);
    right = stream(2);
    send(left, 0, 3_000);
    send(right, 0, 1_000);
  }

  @AfterAll
  static void stop() {
    other.close();
    bed.close();
  }

  private static String stream(int partitions) {
    String name = "union" + ++streams;
    bed.declare(Readings.definition(name, true, partitions, Duration.ofSeconds(5)));
    return name;
  }

  /** An event every 100 ms of event time, now and then again. */
  private static void send(String stream, int from, int to) {
    Random random = new Random(from);
    List<String> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String event = Readings.event("d" + i % 11, i, BEGIN.plusMillis(100L * i), i);
      events.add(event);
      if (random.nextInt(20) == 0) {
        events.add(event);
      }
    }
    bed.send(stream, events.toString());
  }

  private static String both(String one, String another) {
    return one.formatted(left) + " UNION ALL " + another.formatted(right);
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device UNION ALL SELECT device, COUNT(*) FROM %s GROUP BY HOP(ts, INTERVAL '5' SECOND, INTERVAL '20' SECOND), device",
        "SELECT device AS what, seq AS n FROM %s WHERE MOD(seq, 3) = 0 UNION ALL SELECT 'all', COUNT(*) FROM %s GROUP BY TUMBLE(ts, INTERVAL '2' SECOND)",
        "SELECT device AS what, seq AS n FROM %s WHERE MOD(seq, 3) = 0 UNION ALL SELECT device, COUNT(*) FROM %s WHERE MOD(seq, 5) < 3 GROUP BY SESSION(ts, INTERVAL '3' SECOND), device UNION ALL SELECT device, MAX(n) FROM (SELECT device, COUNT(*) AS n FROM %1$s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device) GROUP BY TUMBLE(window_end, INTERVAL '10' SECOND), device",
        "SELECT seq, COUNT(*) AS n FROM %s WHERE seq < 500 GROUP BY seq UNION ALL SELECT seq, 2 FROM %s"
      })
  void subscriberWhoIsCutGetsEveryFinalRowOnce(String question) {
    String sql = question.formatted(left, right);
    Random random = new Random(sql.hashCode());
    List<String> whole = bed.ask(sql).rows;

    ResumingReader reading = new ResumingReader(sql, "earliest", "now");
    int cuts = 0;
    while (!reading.ended) {
      reading.read(random.nextBoolean() ? bed.engine : other, 1 + random.nextInt(whole.size() / 6));
      cuts++;
    }

    assertThat(cuts).isGreaterThan(6);
    assertThat(sorted(reading.rows)).isEqualTo(sorted(whole));
    assertThat(reading.open(bed.engine).finished()).isTrue();
  }

  @Test
  void subscriberOfALiveUnionWhoIsCutGetsEveryFinalRowOnce() {
    String one = stream(2);
    String two = stream(1);
    String sql =
        COUNTS.formatted(one)
            + " UNION ALL SELECT device, COUNT(*) FROM "
            + two
            + " GROUP BY SESSION(ts, INTERVAL '1' SECOND), device";
    Random random = new Random(7);
    List<Disposable> company =
        Stream.of(bed.engine, other)
            .map(engine -> new ResumingReader(sql, "earliest", null).open(engine))
            .map(query -> query.events(Format.SSE).subscribe())
            .toList();

    ResumingReader reading = new ResumingReader(sql, "earliest", null);
    for (int sent = 0; sent < 1_500; sent += 100) {
      send(one, sent, sent + 100);
      send(two, sent / 2, sent / 2 + 50);
      reading.readWithin(random.nextBoolean() ? bed.engine : other, random.nextInt(60));
    }
    Instant end = BEGIN.plusSeconds(3_600);
    bed.punctuate(one, 0, end);
    bed.punctuate(one, 1, end);
    bed.punctuate(two, 0, end);
    List<String> whole = bed.ask(sql).rows;
    reading.readUntil(whole.size(), () -> random.nextBoolean() ? bed.engine : other);
    company.forEach(Disposable::dispose);

    assertThat(whole).hasSizeGreaterThan(500);
    assertThat(sorted(reading.rows)).isEqualTo(sorted(whole));
  }

  @Test
  void limitCountsTheRowsOfAllAlsoOverCuts() {
    String sql = both("SELECT seq, 1 AS side FROM %s", "SELECT seq, 2 FROM %s LIMIT 1500");
    Random random = new Random(5);

    ResumingReader reading = new ResumingReader(sql, "earliest", "2015-01-01T01:00:00Z");
    while (!reading.ended) {
      reading.read(random.nextBoolean() ? bed.engine : other, 1 + random.nextInt(400));
    }

    assertThat(reading.rows).hasSize(1_500).doesNotHaveDuplicates();
    assertThat(reading.rows).anyMatch(row -> row.contains("\"side\":1"));
    assertThat(reading.rows).anyMatch(row -> row.contains("\"side\":2"));
    assertThat(reading.open(bed.engine).finished()).isTrue();
  }

  @Test
  void endSaysHowFarEachPartIsAndCountsTheRecordsOfAll() {
    Answer whole =
        bed.ask(
            both(
                "SELECT seq FROM %s WHERE seq < 10",
                COUNTS.replace("device,", "").replace(", device", "")));
    Answer one = bed.ask("SELECT seq FROM " + left + " WHERE seq < 10");
    Answer two =
        bed.ask(
            "SELECT COUNT(*) AS n FROM " + right + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)");

    assertThat(whole.end.get("reason").stringValue()).isEqualTo("to");
    assertThat(whole.end.get("parts")).hasSize(2);
    for (int part = 0; part < 2; part++) {
      JsonNode alone = (part == 0 ? one : two).end;
      JsonNode told = whole.end.get("parts").get(part);
      assertThat(told.get("stream").stringValue()).isEqualTo(part == 0 ? left : right);
      assertThat(told.get("positions")).isEqualTo(alone.get("positions"));
      assertThat(told.get("accounting")).isEqualTo(alone.get("accounting"));
    }
    for (String what : List.of("read", "duplicate", "filtered", "counted")) {
      assertThat(whole.accounted(what)).isEqualTo(one.accounted(what) + two.accounted(what));
    }
    assertThat(whole.updates).isEqualTo(two.updates.stream().map(UnionTest::withoutEdges).toList());
  }

  private static String withoutEdges(String row) {
    return row.replaceAll("\\{.*\"n\":", "{\"seq\":");
  }

  @Test
  void watermarkIsThatOfTheLastPart() {
    String one = stream(1);
    String two = stream(1);
    String sql = COUNTS.formatted(one) + " UNION ALL " + COUNTS.formatted(two);
    Answer answer = new Answer();
    Disposable reading =
        bed.open(sql, "earliest", null).events(Format.NDJSON).subscribe(answer::add);

    bed.punctuate(one, 0, BEGIN.plusSeconds(60));
    bed.punctuate(two, 0, BEGIN.plusSeconds(30));
    await()
        .atMost(QueryBed.LIMIT)
        .until(() -> answer.watermark.path("watermark").asString("").contains("00:00:30"));
    AtomicInteger second = new AtomicInteger(90);
    await()
        .atMost(QueryBed.LIMIT)
        .until(
            () -> {
              // What one part says is told when the other has news too, or the one has again.
              bed.punctuate(two, 0, BEGIN.plusSeconds(second.getAndIncrement()));
              JsonNode told = answer.watermark;
              return told.path("watermark").asString("").contains("00:01:00")
                  && told.path("state").asString("").equals("live")
                  && told.path("lag-events").asLong(-1) == 0;
            });
    reading.dispose();
  }

  @Test
  void partsAreSharedWithWhoAsksForThemAlone() {
    String one = stream(1);
    String two = stream(1);
    String sql = COUNTS.formatted(one) + " UNION ALL " + COUNTS.formatted(two);
    List<Disposable> readings =
        Stream.of(sql, COUNTS.formatted(one), COUNTS.formatted(two), sql)
            .map(asked -> bed.open(asked, BEGIN.toString(), null).events(Format.SSE).subscribe())
            .toList();

    AtomicInteger sent = new AtomicInteger();
    await()
        .atMost(QueryBed.LIMIT)
        .until(
            () -> {
              // Who could not join at once does when something comes.
              int from = sent.getAndAdd(10);
              send(one, from, from + 10);
              send(two, from, from + 10);
              return computations(one) == 1 && computations(two) == 1;
            });
    assertThat(bed.engine.runningQueries().runningQueries())
        .filteredOn(query -> List.of(one, two).contains(query.plan().get("scan")))
        .hasSize(2)
        .allSatisfy(query -> assertThat(query.asked().sql()).isEqualTo(sql))
        .allSatisfy(query -> assertThat(query.computations().get(0).readers()).hasSize(3));
    readings.forEach(Disposable::dispose);
    await().atMost(QueryBed.LIMIT).until(() -> computations(one) + computations(two) == 0);
  }

  @Test
  void explainSaysWhatEachPartDoes() {
    List<String> rows =
        bed.ask("EXPLAIN " + both("SELECT seq FROM %s", "SELECT seq FROM %s LIMIT 7")).rows;

    assertThat(rows.get(0))
        .isEqualTo(
            "{\"step\":\"union\",\"detail\":\"all rows of 2 queries, each computed and shared for itself; 7 of them in all\"}");
    assertThat(rows)
        .contains(
            "{\"step\":\"1-scan\",\"detail\":\"%s\"}".formatted(left),
            "{\"step\":\"2-scan\",\"detail\":\"%s\"}".formatted(right));
  }

  @Test
  void everyEventSaysWhereToGoOnInFewCharacters() {
    String sql = both(COUNTS, COUNTS);
    List<String> ids =
        QueryBed.tokens(
                bed.open(
                    new QueryRequest(sql, "earliest", "2015-01-02T00:00:00Z", "changes", "10ms")))
            .take(301)
            .collectList()
            .block(QueryBed.LIMIT);

    assertThat(ids)
        .hasSizeGreaterThan(300)
        .allSatisfy(id -> assertThat(id).hasSizeBetween(40, 129));
  }

  @Test
  void tokenOfAnotherUnionIsRefused() {
    String sql = both("SELECT seq FROM %s", "SELECT seq FROM %s");
    ResumingReader reading = new ResumingReader(sql, "earliest", "now");
    reading.read(bed.engine, 3);

    for (String asked :
        List.of(
            "SELECT seq FROM " + left,
            sql + " UNION ALL " + COUNTS.formatted(left).replace("device, COUNT(*)", "COUNT(*)"),
            both("SELECT seq FROM %s", "SELECT seq FROM %s WHERE seq > 1"))) {
      assertThatThrownBy(() -> bed.open(reading.with(asked, "now")))
          .as(asked)
          .hasMessageContaining("resume token");
    }
  }

  @Test
  void readerWhoStallsIsSentAwayAndGoesOnWhereItWas() {
    String one = stream(1);
    String two = stream(1);
    String sql = "SELECT seq, 1 AS side FROM " + one + " UNION ALL SELECT seq, 2 FROM " + two;
    List<QueryEvent> told = new ArrayList<>();
    BaseSubscriber<QueryEvent> stalled =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            request(1);
          }

          @Override
          protected void hookOnNext(QueryEvent event) {
            told.add(event);
          }
        };
    bed.open(sql, null, null).events(Format.NDJSON_IDS).subscribe(stalled);
    await().atMost(QueryBed.LIMIT).until(() -> told.size() == 1);
    int events = 20_000;
    for (int i = 0; i < events; i += 1_000) {
      Readings.sendNumbers(bed, one, BEGIN, i, i + 1_000);
    }
    Readings.sendNumbers(bed, two, BEGIN, 0, 10);
    await().atMost(QueryBed.LIMIT).until(() -> computations(one) == 0);
    stalled.requestUnbounded();
    await().atMost(QueryBed.LIMIT).until(() -> last(told).kind() == Kind.ERROR);

    JsonNode error = Objects.requireNonNull(QueryBed.lines(last(told)).get(0));
    assertThat(error.at("/error/code").stringValue()).isEqualTo("SLOW_SUBSCRIBER");
    ResumingReader reading = new ResumingReader(sql, null, null);
    reading.after = error.get("id").stringValue();
    told.stream()
        .filter(event -> event.kind() == Kind.ROW)
        .flatMap(event -> QueryBed.lines(event).stream())
        .forEach(line -> reading.rows.add(line.get("row").toString()));
    reading.read(other, events + 10 - reading.rows.size());

    assertThat(reading.rows).hasSize(events + 10).doesNotHaveDuplicates();
  }

  private static long computations(String stream) {
    return bed.engine.runningQueries().runningQueries().stream()
        .filter(query -> stream.equals(query.plan().get("scan")))
        .mapToLong(query -> query.computations().size())
        .sum();
  }

  private static QueryEvent last(List<QueryEvent> told) {
    return told.get(told.size() - 1);
  }

  @Test
  void unionOfWhichAPartIsDeletedIsOver() {
    String one = stream(1);
    String sql = COUNTS.formatted(one) + " UNION ALL " + COUNTS.formatted(right);
    ResumingReader reading =
        new ResumingReader(sql, "earliest", null) {
          @Override
          void line(JsonNode line) {
            super.line(line);
            bed.engine.runningQueries().runningQueries().stream()
                .filter(query -> one.equals(query.plan().get("scan")))
                .forEach(query -> bed.engine.runningQueries().delete(query.id()));
          }
        };

    reading.read(bed.engine, Integer.MAX_VALUE);

    assertThat(reading.error.path("code").asString()).isEqualTo("QUERY_DELETED");
    assertThat(reading.open(bed.engine).finished()).isTrue();
  }
}
