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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Who takes the rows of a table slowly: nobody holds its connection for ever, and none is lost. */
class SlowTableReaderTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int GENERATION = 3_000_000;

  /** Many times what is read ahead, and what a subscriber has room for. */
  private static final int HISTORY = 12_000;

  private static final int LATER = 100;
  private static final int ROOM = 8 << 10;

  private static QueryBed bed;
  private static PostgresViewRows rows;
  private static LiveQueryEngine tabled;

  @BeforeAll
  static void start() {
    QuerySettings usual = QuerySettings.defaults();
    bed =
        new QueryBed(
            new QuerySettings(
                usual.threads(),
                usual.catchUpReaders(),
                usual.tailCapacity(),
                usual.dedupeCapacity(),
                ROOM,
                usual.crowd(),
                usual.state()));
    CatalogSettings settings = CatalogSettings.of(TestServers.postgres());
    Catalog.open(settings, bed.log).close();
    rows =
        new PostgresViewRows(
            settings,
            4,
            asked -> asked.generation() >= GENERATION,
            new Flow(new SimpleMeterRegistry()));
    tabled = bed.anotherEngine(rows);
  }

  @AfterAll
  static void stop() {
    tabled.close();
    rows.close();
    bed.close();
  }

  @ParameterizedTest
  @CsvSource({"buffer, 3000001", "drop-oldest, 3000002"})
  void whoseConnectionIsGoneMeanwhileGetsTheRestOfTheTable(String overflow, int generation)
      throws SQLException {
    String name = "slow_table_" + generation;
    CatalogStream declared = bed.declare(Readings.definition(name, true, 2, Duration.ofSeconds(5)));
    CatalogStream stream =
        new CatalogStream(
            declared.definition(), declared.schemaId(), generation, declared.created());
    bed.change(stream);
    send(name, 0, HISTORY);
    try (KeptTable table = new KeptTable(stream)) {
      table.fill(bed, 1);
      // The log has no more of nearly all of it.
      bed.cut(name, 0, HISTORY / 2 - 10);
      bed.cut(name, 1, HISTORY / 2 - 10);
      Stalling reader = new Stalling();
      tabled
          .open(
              new QueryRequest(
                  "SELECT seq FROM " + name, "earliest", null, null, null, null, overflow))
          .block(QueryBed.LIMIT)
          .events(Format.NDJSON)
          .subscribe(reader);
      Awaitility.await().atMost(QueryBed.LIMIT).until(() -> reader.answer.count() > 0);

      Awaitility.await()
          .atMost(QueryBed.LIMIT)
          .until(() -> table.terminated("%views%" + name + "%") > 0);
      reader.requestUnbounded();
      awaitRows(reader.answer, HISTORY);
      send(name, HISTORY, HISTORY + LATER);
      awaitRows(reader.answer, HISTORY + LATER);
      reader.cancel();

      assertThat(reader.answer.gap).as("the past waits for who is slow").isZero();
      assertThat(reader.answer.rows).doesNotHaveDuplicates();
    } finally {
      bed.remove(name);
    }
  }

  private static void awaitRows(Answer answer, int count) {
    Awaitility.await()
        .atMost(QueryBed.LIMIT)
        .untilAsserted(
            () -> {
              assertThat(answer.error.isNull()).as("%s", answer.error).isTrue();
              assertThat(answer.count()).isEqualTo(count);
            });
  }

  private static void send(String name, int from, int to) {
    for (int p = 0; p < 2; p++) {
      bed.send(
          name,
          IntStream.iterate(from + p, i -> i < to, i -> i + 2)
              .mapToObj(i -> Readings.event("d" + i % 3, i, START.plusSeconds(i), 1.5))
              .collect(Collectors.joining(",", "[", "]")),
          p);
    }
  }

  /** Takes one event, and then no more until it is told to. */
  private static final class Stalling extends BaseSubscriber<QueryEvent> {
    private final Answer answer = new Answer();

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.request(2);
    }

    @Override
    protected void hookOnNext(QueryEvent event) {
      answer.add(event);
    }
  }
}
