package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.table.PostgresViewRows;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A question that begins in the past and does not end: a table says what was, the log goes on. */
class TableThenLogTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int HISTORY = 600;
  private static final int LIVE = 150;
  private static final AtomicInteger GENERATION = new AtomicInteger(2_000_000);

  private static QueryBed bed;
  private static PostgresViewRows rows;
  private static LiveQueryEngine tabled;
  private static LiveQueryEngine other;

  private String name;
  private KeptTable table;
  private int sent;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QueryBed.withManyReaders());
    CatalogSettings settings = CatalogSettings.of(TestServers.postgres());
    Catalog.open(settings, bed.log).close();
    rows =
        new PostgresViewRows(
            settings,
            4,
            asked -> asked.generation() >= 2_000_000,
            new Flow(new SimpleMeterRegistry()));
    tabled = bed.anotherEngine(rows);
    other = bed.anotherEngine(rows);
  }

  @AfterAll
  static void stop() {
    tabled.close();
    other.close();
    rows.close();
    bed.close();
  }

  @BeforeEach
  void declare() throws SQLException {
    int generation = GENERATION.incrementAndGet();
    name = "then_log_" + generation;
    CatalogStream declared = bed.declare(Readings.definition(name, true, 2, Duration.ofSeconds(5)));
    CatalogStream stream =
        new CatalogStream(
            declared.definition(), declared.schemaId(), generation, declared.created());
    bed.change(stream);
    table = new KeptTable(stream);
    sent = 0;
    send(HISTORY);
  }

  @AfterEach
  void drop() throws SQLException {
    bed.remove(name);
    table.close();
  }

  /** A second of event time each, in turns to both partitions. */
  private void send(int count) {
    for (int p = 0; p < 2; p++) {
      List<String> events = new ArrayList<>();
      for (int i = sent + p; i < sent + count; i += 2) {
        events.add(
            "{\"seq\": %d, \"device\": \"d%d\", \"ts\": \"%s\", \"t\": 1.5}"
                .formatted(i, i % 3, START.plusSeconds(i)));
      }
      bed.send(name, events.toString(), p);
    }
    sent += count;
  }

  private String all() {
    return "SELECT seq FROM " + name;
  }

  private static List<String> numbers(int from, int to, int step) {
    return IntStream.iterate(from, i -> i < to, i -> i + step)
        .mapToObj(i -> "{\"seq\":" + i + "}")
        .toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoIsCutAnywhereInHistoryAndAfterItGetsEveryRowOnce(boolean logIsCut) throws SQLException {
    table.fill(bed, 0.8);
    if (logIsCut) {
      bed.cut(name, 0, HISTORY / 4);
      bed.cut(name, 1, HISTORY / 3);
    }
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ResumingReader reader = new ResumingReader(all(), "earliest", null);
    while (reader.rows.size() < HISTORY + LIVE) {
      if (sent < HISTORY + LIVE && random.nextBoolean()) {
        send(10);
        table.fill(bed, 0.9);
      }
      int atMost = sent - reader.rows.size();
      reader.read(random.nextBoolean() ? tabled : other, 1 + random.nextInt(Math.min(atMost, 90)));
      assertThat(reader.error.isMissingNode()).as("seed %d: %s", seed, reader.error).isTrue();
      if (reader.rows.size() == sent && sent < HISTORY + LIVE) {
        send(10);
      }
    }

    assertThat(reader.rows)
        .as("seed %d", seed)
        .containsExactlyInAnyOrderElementsOf(numbers(0, sent, 1));
  }

  @Test
  void whoStaysGetsHistoryAndThenWhatHappens() throws SQLException {
    table.fill(bed, 0.5);
    bed.cut(name, 0, 100);
    Answer answer = new Answer();
    var reading =
        open(tabled, "SELECT seq FROM " + name + " WHERE device = 'd1'", "earliest")
            .events(Format.NDJSON)
            .subscribe(answer::add);
    await(answer, HISTORY / 3);

    send(LIVE);
    await(answer, (HISTORY + LIVE) / 3);
    reading.dispose();

    assertThat(answer.rows).containsExactlyInAnyOrderElementsOf(numbers(1, HISTORY + LIVE, 3));
  }

  @Test
  void aTimeThatOnlyTheTableHasIsAnswered() throws SQLException {
    table.fill(bed, 0.9);
    bed.cut(name, 0, HISTORY / 2 - 50);
    bed.cut(name, 1, HISTORY / 2 - 50);
    ResumingReader reader =
        new ResumingReader(all(), START.plusSeconds(HISTORY / 2).toString(), null);

    reader.read(tabled, HISTORY / 2);

    assertThat(reader.rows).containsExactlyInAnyOrderElementsOf(numbers(HISTORY / 2, HISTORY, 1));
  }

  @Test
  void whatTheTableHasLostTheLogSays() throws SQLException {
    table.fill(bed, 0.9);
    table.forget(START.plusSeconds(HISTORY / 2));
    ResumingReader reader = new ResumingReader(all(), START.plusSeconds(100).toString(), null);
    ResumingReader bounded = new ResumingReader(all(), START.plusSeconds(100).toString(), "now");

    reader.read(tabled, HISTORY - 100);
    bounded.read(tabled, HISTORY - 100);

    assertThat(reader.rows).containsExactlyInAnyOrderElementsOf(numbers(100, HISTORY, 1));
    assertThat(bounded.rows).containsExactlyInAnyOrderElementsOf(numbers(100, HISTORY, 1));
  }

  @Test
  void whatBothHaveLostIsRefusedAndNotSkipped() throws SQLException {
    table.fill(bed, 0.9);
    ResumingReader reader = new ResumingReader(all(), "earliest", null);
    reader.read(tabled, 10);
    table.forget(START.plusSeconds(HISTORY / 2));
    bed.cut(name, 0, HISTORY / 3);
    bed.cut(name, 1, HISTORY / 3);

    assertExpired(() -> reader.open(tabled));
    assertExpired(() -> open(tabled, all(), START.plusSeconds(100).toString()));
  }

  @Test
  void theEarliestIsWhatTheTableHasLeftAlsoAfterACut() throws SQLException {
    table.fill(bed, 0.9);
    table.forget(START.plusSeconds(HISTORY / 2));
    bed.cut(name, 0, HISTORY / 3);
    bed.cut(name, 1, HISTORY / 3);
    ResumingReader reader = new ResumingReader(all(), "earliest", null);

    reader.read(tabled, 10);
    reader.read(other, HISTORY / 2 - 10);

    assertThat(reader.rows).containsExactlyInAnyOrderElementsOf(numbers(HISTORY / 2, HISTORY, 1));
  }

  private static void assertExpired(Runnable question) {
    ProblemException refused =
        Assertions.catchThrowableOfType(ProblemException.class, question::run);
    assertThat(refused.problem().code()).isEqualTo(ProblemCode.POSITION_EXPIRED);
  }

  private static LiveQuery open(LiveQueryEngine engine, String sql, String from) {
    return engine
        .open(new QueryRequest(sql, from, null, null, null, null, null))
        .block(QueryBed.LIMIT);
  }

  private static void await(Answer answer, int count) {
    Awaitility.await()
        .atMost(QueryBed.LIMIT)
        .untilAsserted(() -> assertThat(answer.count()).isEqualTo(count));
  }
}
