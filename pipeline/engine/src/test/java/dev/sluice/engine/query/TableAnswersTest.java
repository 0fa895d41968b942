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
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a table and the log behind it is what the log alone would say. */
class TableAnswersTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int EVENTS = 3_000;
  private static final AtomicInteger GENERATION = new AtomicInteger(1_000_000);

  private static QueryBed bed;
  private static PostgresViewRows rows;
  private static LiveQueryEngine tabled;
  private static CatalogStream stream;
  private static KeptTable table;

  @BeforeAll
  static void fill() throws SQLException {
    bed = new QueryBed(QueryBed.withManyReaders());
    CatalogSettings settings = CatalogSettings.of(TestServers.postgres());
    Catalog.open(settings, bed.log).close();
    rows =
        new PostgresViewRows(
            settings,
            4,
            asked -> asked.generation() >= 1_000_000,
            new Flow(new SimpleMeterRegistry()));
    tabled = bed.anotherEngine(rows);
    stream = declare("kept");
    Random random = new Random(7);
    for (int p = 0; p < 2; p++) {
      List<String> events = new ArrayList<>();
      for (int i = 0; i < EVENTS / 2; i++) {
        events.add(event(random, START.plusMillis(100L * i + random.nextInt(300))));
      }
      bed.send("kept", events.toString(), p);
    }
    table = new KeptTable(stream);
    table.fill(bed, 0.6);
  }

  private static CatalogStream declare(String name) {
    CatalogStream declared =
        bed.declare(
            new StreamDefinition(
                name,
                List.of(
                    new Field("select", FieldType.STRING, false),
                    new Field("n", FieldType.LONG, true),
                    new Field("x", FieldType.DOUBLE, true),
                    new Field("ok", FieldType.BOOLEAN, true),
                    new Field("user", FieldType.TIMESTAMP, true),
                    new Field("ts", FieldType.TIMESTAMP, false)),
                new Identity("select", null, Duration.ofMinutes(1)),
                new EventTime(
                    "ts",
                    true,
                    Duration.ZERO,
                    Duration.ofMinutes(1),
                    Duration.ofMillis(500),
                    null,
                    null),
                new Storage(2, Duration.ofDays(7)),
                StreamDefinition.UnknownFields.REJECT));
    CatalogStream own =
        new CatalogStream(
            declared.definition(),
            declared.schemaId(),
            GENERATION.incrementAndGet(),
            declared.created());
    bed.change(own);
    return own;
  }

  private static String event(Random random, Instant time) {
    String[] texts = {
      "a", "A", "é", "'; DROP TABLE views.kept; --", "\\\"q\\\"", "", "z,{}", "NULL"
    };
    return "{\"select\": \"%s\", \"n\": %s, \"x\": %s, \"ok\": %s, \"user\": %s, \"ts\": \"%s\"}"
        .formatted(
            texts[random.nextInt(texts.length)],
            random.nextInt(5) == 0 ? null : random.nextInt(20) - 10,
            random.nextInt(5) == 0 ? null : (random.nextInt(40) - 20) / 4.0,
            random.nextInt(5) == 0 ? null : random.nextBoolean(),
            random.nextInt(5) == 0 ? null : "\"" + time.plusSeconds(random.nextInt(9)) + "\"",
            time);
  }

  @AfterAll
  static void close() throws SQLException {
    table.close();
    tabled.close();
    rows.close();
    bed.close();
  }

  static Stream<String> filters() {
    return Stream.of(
        "TRUE",
        "`select` = 'a'",
        "`select` = '''; DROP TABLE views.kept; --'",
        "`select` < 'a' AND n > 3",
        "`select` IN ('é', '', 'NULL')",
        "`select` >= 'Z' OR x IS NULL",
        "n BETWEEN -2 AND 2",
        "n IN (1, 2, 3) AND ok",
        "NOT ok",
        "n <> 4 AND x <= 0",
        "x = 0.0 OR x = -0.25",
        "`user` IS NOT NULL AND `user` < TIMESTAMP '2026-01-01 00:01:00'",
        "_partition = 1 AND _offset BETWEEN 100 AND 1100",
        "n + 1 = 3",
        "UPPER(`select`) = 'A' AND n = 1",
        "n = 1 OR UPPER(`select`) = 'A'",
        "ts >= TIMESTAMP '2026-01-01 00:02:00' AND ts < TIMESTAMP '2026-01-01 00:02:10'");
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aTableAndTheLogBehindItSayWhatTheLogSays(String filter) {
    String sql = "SELECT *, _partition, _offset FROM kept WHERE " + filter;

    assertThat(ask(tabled, sql, "earliest", "now", null).rows)
        .hasSizeGreaterThan(0)
        .containsExactlyInAnyOrderElementsOf(ask(bed.engine, sql, "earliest", "now", null).rows);
  }

  @Test
  void aTableIsAskedForWhatTheFilterLetsThroughOnly() {
    Answer answer = ask(tabled, "SELECT n FROM kept WHERE n = 7", "earliest", "now", null);
    Answer all = ask(bed.engine, "SELECT n FROM kept WHERE n = 7", "earliest", "now", null);

    assertThat(answer.rows).hasSameSizeAs(all.rows);
    // The log behind the table, which is two fifths of all, has to be gone through.
    assertThat(answer.accounted("read")).isLessThan(EVENTS / 2);
    assertThat(all.accounted("read")).isEqualTo(EVENTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-01T00:00:30Z", "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"})
  void aPartOfTheTimeIsTheSameFromBoth(String from) {
    String sql = "SELECT *, _offset FROM kept WHERE n > 0";
    String to = Instant.parse(from).plusSeconds(20).toString();

    assertThat(ask(tabled, sql, from, to, null).rows)
        .hasSizeGreaterThan(0)
        .containsExactlyInAnyOrderElementsOf(ask(bed.engine, sql, from, to, null).rows);
  }

  @Test
  void whoComesBackGetsTheRestOnce() {
    String sql = "SELECT _partition, _offset FROM kept WHERE n > 5";
    Answer whole = ask(bed.engine, sql, "earliest", "now", null);
    for (int had : new int[] {1, 7, 100, 300}) {
      List<String> ids = new ArrayList<>();
      List<String> before = new ArrayList<>();
      open(tabled, sql, "earliest", "now", null)
          .events(Format.NDJSON_IDS)
          .filter(event -> event.kind() == QueryEvent.Kind.ROW)
          .concatMapIterable(QueryBed::lines)
          .take(had)
          .doOnNext(
              line -> {
                ids.add(line.get("id").asString());
                before.add(line.get("row").toString());
              })
          .blockLast(QueryBed.LIMIT);

      Answer rest = ask(tabled, sql, "earliest", "now", ids.get(ids.size() - 1));

      before.addAll(rest.rows);
      assertThat(before).containsExactlyInAnyOrderElementsOf(whole.rows);
    }
  }

  @Test
  void aTableThatLacksValuesIsLeftForTheLog() throws SQLException {
    String sql = "SELECT n FROM kept WHERE n = 1";
    table.execute("UPDATE sluice.view_tables SET exact = false WHERE view = 'kept'");
    try {
      assertThat(ask(tabled, sql, "earliest", "now", null).accounted("read")).isEqualTo(EVENTS);
    } finally {
      table.execute("UPDATE sluice.view_tables SET exact = true WHERE view = 'kept'");
    }
  }

  @Test
  void withoutItsTableTheLogAnswers() {
    declare("lost");
    bed.send("lost", event(new Random(1), START));

    assertThat(ask(tabled, "SELECT * FROM lost", "earliest", "now", null).rows).hasSize(1);
  }

  @Test
  void limitEndsTheReading() {
    Answer answer = ask(tabled, "SELECT n FROM kept LIMIT 3", "earliest", "now", null);

    assertThat(answer.rows).hasSize(3);
  }

  private static LiveQuery open(
      LiveQueryEngine engine, String sql, String from, String to, @Nullable String after) {
    return engine
        .open(new QueryRequest(sql.replace('`', '"'), from, to, null, null, after, null))
        .block(QueryBed.LIMIT);
  }

  private static Answer ask(
      LiveQueryEngine engine, String sql, String from, String to, @Nullable String after) {
    Answer answer = new Answer();
    open(engine, sql, from, to, after)
        .events(Format.NDJSON)
        .doOnNext(answer::add)
        .blockLast(QueryBed.LIMIT);
    assertThat(answer.error.isNull()).as("%s", answer.error).isTrue();
    return answer;
  }
}
