package dev.sluice.views.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.EmbeddedPostgres;
import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

class TableWriterTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Field TS = new Field("ts", FieldType.TIMESTAMP, false);
  private static final Field N = new Field("n", FieldType.LONG, false);
  private static TableBed bed;

  @BeforeAll
  static void open() {
    bed = new TableBed(TestServers.kafka(), TestServers.postgres());
  }

  @AfterAll
  static void close() {
    bed.close();
  }

  @Test
  void rowsOfEveryTypeAreInTheTableAsInTheTopic() {
    CatalogStream stream =
        bed.declare(
            "every_type",
            1,
            new Field("text", FieldType.STRING, true),
            new Field("whole", FieldType.LONG, true),
            new Field("number", FieldType.DOUBLE, true),
            new Field("flag", FieldType.BOOLEAN, true),
            new Field("moment", FieldType.TIMESTAMP, true),
            TS);
    bed.send(
        stream,
        0,
        """
        [{"text": "é{},\\"'\\\\ NULL", "whole": -9223372036854775808, "number": 4.9E-324,
          "flag": true, "moment": "0001-01-01T00:00:00Z", "ts": "2026-01-01T00:00:00.123Z"},
         {"text": "", "whole": 9223372036854775807, "number": -1.7976931348623157E308,
          "flag": false, "moment": "9999-12-31T23:59:59.999Z", "ts": "2026-01-01T00:00:01Z"},
         {"text": null, "whole": null, "number": null, "flag": null, "moment": null,
          "ts": "2026-01-01T00:00:02Z"}]""");

    writing(stream, 3);

    assertThat(bed.query("SELECT *, extract(epoch FROM _time) FROM views.every_type ORDER BY ts"))
        .containsExactly(
            "é{},\"'\\ NULL|-9223372036854775808|5e-324|t|0001-01-01 00:00:00+00"
                + "|2026-01-01 00:00:00.123+00|0|0|2026-01-01 00:00:00.123+00|null|1767225600.123000",
            "|9223372036854775807|-1.7976931348623157e+308|f|9999-12-31 23:59:59.999+00"
                + "|2026-01-01 00:00:01+00|0|1|2026-01-01 00:00:01+00|1767225600123|1767225601.000000",
            "null|null|null|null|null|2026-01-01 00:00:02+00|0|2|2026-01-01 00:00:02+00"
                + "|1767225601000|1767225602.000000");
    assertThat(exact(stream)).isEqualTo("t");
  }

  @Test
  void namesMayBeReservedOrLong() {
    String name = "table";
    String long62 = "a".repeat(62);
    CatalogStream stream =
        bed.declare(
            name,
            1,
            new Field("select", FieldType.LONG, false),
            new Field("Order", FieldType.LONG, false),
            new Field("user", FieldType.LONG, false),
            new Field(long62 + "b", FieldType.LONG, false),
            new Field(long62 + "c", FieldType.LONG, false),
            TS);
    bed.send(
        stream,
        0,
        """
        [{"select": 1, "Order": 2, "user": 3, "%1$sb": 4, "%1$sc": 5, "ts": "2026-01-01T00:00:00Z"}]"""
            .formatted(long62));

    writing(stream, 1, 0, 3);

    assertThat(bed.query("SELECT * FROM views.\"table\"").get(0)).startsWith("1|2|3|4|5|2026");
    assertThat(
            bed.query(
                "SELECT length(column_name) FROM information_schema.columns"
                    + " WHERE table_schema = 'views' AND table_name = 'table'"
                    + " AND column_name LIKE 'aaaa%'"))
        .containsExactly("63", "63");
  }

  @Test
  void aViewOf63CharactersHasATable() {
    CatalogStream stream = bed.declare("v".repeat(63), 1, N, TS);
    bed.send(stream, 0, rows(0, 3));

    writing(stream, 3);

    assertThat(bed.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'vvvv%'"))
        .containsExactly("v".repeat(63));
  }

  @Test
  void nullsAreValuesOfAKey() {
    CatalogStream stream =
        bed.declare("null_keys", 1, new Field("device", FieldType.STRING, true), N, TS);
    bed.send(
        stream,
        0,
        """
        [{"device": null, "n": 1, "ts": "2026-01-01T00:00:00Z"},
         {"device": "a", "n": 1, "ts": "2026-01-01T00:00:00Z"},
         {"device": null, "n": 2, "ts": "2026-01-01T00:00:00Z"}]""");

    writing(stream, 3, 0, 1);

    assertThat(bed.query("SELECT device, n FROM views.null_keys ORDER BY _offset"))
        .containsExactly("null|1", "a|1", "null|2");
    assertThat(bed.query("SELECT indexdef FROM pg_indexes WHERE tablename = 'null_keys'"))
        .anyMatch(index -> index.contains("NULLS NOT DISTINCT"));
  }

  @Test
  void whatPostgresLacksIsReplacedOrLeftOutAndSaid() {
    CatalogStream stream =
        bed.declare("lacking", 1, new Field("text", FieldType.STRING, false), N, TS);
    bed.send(
        stream,
        0,
        """
        [{"text": "a\\u0000b", "n": 1, "ts": "2026-01-01T00:00:00Z"},
         {"text": "%s", "n": 2, "ts": "2026-01-01T00:00:00Z"},
         {"text": "c", "n": 3, "ts": "2026-01-01T00:00:00Z"}]"""
            .formatted("x".repeat(3_000)));

    writing(stream, 2, 0);

    assertThat(bed.query("SELECT text, n FROM views.lacking ORDER BY n"))
        .containsExactly("a\uFFFDb|1", "c|3");
    assertThat(exact(stream)).isEqualTo("f");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWriterThatIsCutBetweenAnyTwoStepsWritesEveryRowOnce(boolean after) {
    CatalogStream stream = bed.declare("cut_" + after, 2, N, TS);
    bed.send(stream, 0, rows(0, 50));
    bed.send(stream, 1, rows(50, 100));
    boolean cut;
    int step = 0;
    do {
      bed.execute("DELETE FROM sluice.view_tables WHERE view = 'cut_" + after + "'");
      bed.execute("DROP TABLE IF EXISTS views.cut_" + after);
      CutConnections connections = new CutConnections(bed.pool, step++, after);
      TableWriter writer = bed.writer(stream, TableBed.table(stream, 0), bed.store(connections));
      Disposable writing = writer.write().subscribe();
      await().atMost(TableBed.LIMIT).until(() -> next(stream).equals(List.of("0|50", "1|50")));
      writing.dispose();
      cut = connections.hasCut();

      assertThat(bed.query("SELECT n FROM views.cut_" + after + " ORDER BY n"))
          .as("cut at step %d", step)
          .isEqualTo(numbers(0, 100));
    } while (cut && step < 40);
    // Making the table, asking where it is, writing: a step each that something can go wrong at.
    assertThat(step).isBetween(15, 39);
  }

  @Test
  void twoWritersOfOnePartitionWriteEveryRowOnce() {
    CatalogStream stream = bed.declare("two_writers", 2, N, TS);
    TableDefinition table = TableBed.table(stream);
    List<Disposable> writers =
        IntStream.range(0, 2)
            .mapToObj(i -> bed.writer(stream, table, bed.store).write().subscribe())
            .toList();
    int sent = 0;
    for (int i = 0; i < 40; i++) {
      bed.send(stream, i % 2, rows(sent, sent + 50));
      sent += 50;
    }
    List<String> all = numbers(0, sent);
    await().atMost(TableBed.LIMIT).until(() -> next(stream).equals(List.of("0|1000", "1|1000")));
    writers.forEach(Disposable::dispose);

    assertThat(bed.query("SELECT n FROM views.two_writers ORDER BY n")).isEqualTo(all);
  }

  @Test
  void whilePostgresIsAwayNothingIsLostAndTheLagShows() throws Exception {
    Path directory = TestServers.directory("postgres-away");
    EmbeddedPostgres server = EmbeddedPostgres.start(directory, "127.0.0.1", 0);
    int port = server.port();
    try (TableBed own = new TableBed(TestServers.kafka(), server.url())) {
      CatalogStream stream = own.declare("away", 1, N, TS);
      own.send(stream, 0, rows(0, 10));
      TableWriter writer = own.writer(stream, TableBed.table(stream), own.store);
      Disposable writing = writer.write().subscribe();
      await()
          .atMost(TableBed.LIMIT)
          .until(() -> writer.lag() == 0 && writer.watermark() != Long.MIN_VALUE);

      server.close();
      own.send(stream, 0, rows(10, 1_000));
      await().atMost(TableBed.LIMIT).until(() -> writer.failing() != null && writer.lag() == 990);
      assertThat(writer.rowsHeld()).isZero();

      server = EmbeddedPostgres.start(directory, "127.0.0.1", port);
      await().atMost(TableBed.LIMIT).until(() -> writer.lag() == 0);
      assertThat(writer.failing()).isNull();
      assertThat(own.query("SELECT n FROM views.away ORDER BY n")).isEqualTo(numbers(0, 1_000));
      writing.dispose();
    } finally {
      server.close();
    }
  }

  @Test
  void aLaterViewOfTheNameHasATableOfItsOwn() {
    CatalogStream first = bed.declare("renewed", 1, N, TS);
    bed.send(first, 0, rows(0, 3));
    writing(first, 3);
    CatalogStream second =
        new CatalogStream(
            first.definition(), first.schemaId(), first.generation() + 100_000, first.created());

    assertThat(bed.store.create(TableBed.table(second)).block(TableBed.LIMIT)).isTrue();
    assertThat(bed.store.create(TableBed.table(second)).block(TableBed.LIMIT)).isTrue();
    assertThat(bed.store.create(TableBed.table(first)).block(TableBed.LIMIT)).isFalse();

    assertThat(bed.query("SELECT count(*) FROM views.renewed")).containsExactly("0");
    assertThat(
            bed.writer(first, TableBed.table(first), bed.store)
                .write()
                .collectList()
                .block(TableBed.LIMIT))
        .isEmpty();
  }

  @Test
  void aTableThatIsNotOursStays() {
    bed.execute("CREATE TABLE views.foreign_one (a int)");
    CatalogStream stream = bed.declare("foreign_one", 1, N, TS);
    TableWriter writer = bed.writer(stream, TableBed.table(stream), bed.store);

    Disposable writing = writer.write().subscribe();

    await()
        .atMost(TableBed.LIMIT)
        .until(() -> writer.failing() != null && writer.failing().contains("already exists"));
    writing.dispose();
    assertThat(bed.query("SELECT count(*) FROM views.foreign_one")).containsExactly("0");
  }

  @Test
  void rowsOlderThanTheRetentionGoByTheViewsOwnTime() {
    CatalogStream stream = bed.declare("forgotten", 1, N, TS);
    bed.send(stream, 0, rows(0, 3));
    bed.punctuate(stream, 0, START.plusSeconds(7 * 86_400 + 1));
    TableWriter writer = writing(stream, 3);
    Forgetting forgetting = new Forgetting(bed.store, Clock.systemUTC());

    assertThat(forgetting.forget(writer.table(), writer.watermark()).block(TableBed.LIMIT))
        .isEqualTo(1);

    assertThat(bed.query("SELECT n FROM views.forgotten ORDER BY n")).containsExactly("1", "2");
    assertThat(whole(stream)).isEqualTo(START.plusSeconds(1).toEpochMilli() + "|{1}");
  }

  @Test
  void whatTheLogHasLostBeforeItCouldBeWrittenIsNoted() {
    CatalogStream stream = bed.declare("overtaken", 2, N, TS);
    bed.send(stream, 0, rows(0, 10));
    bed.send(stream, 1, rows(10, 12));
    bed.cut(stream, 0, 6);

    writing(stream, 6);

    assertThat(bed.query("SELECT n FROM views.overtaken ORDER BY n"))
        .containsExactlyElementsOf(numbers(6, 12));
    long after = START.plusSeconds(6).toEpochMilli() + 1;
    long lateness = stream.definition().time().lateness().toMillis();
    assertThat(whole(stream)).isEqualTo(after + lateness + "|{6,0}");
  }

  private static String whole(CatalogStream stream) {
    return bed.query(
            "SELECT whole_from, whole FROM sluice.view_tables WHERE generation = "
                + stream.generation())
        .get(0);
  }

  /** Writes until the table has as many rows and all that there is. */
  private static TableWriter writing(CatalogStream stream, int rows, Integer... key) {
    TableWriter writer = bed.writer(stream, TableBed.table(stream, key), bed.store);
    Long written =
        writer
            .write()
            .scan(0L, Long::sum)
            .takeUntil(sum -> sum >= rows && writer.lag() == 0)
            .blockLast(TableBed.LIMIT);
    assertThat(written).isEqualTo(rows);
    return writer;
  }

  private static String exact(CatalogStream stream) {
    return bed.query(
            "SELECT exact FROM sluice.view_tables WHERE generation = " + stream.generation())
        .get(0);
  }

  private static List<String> next(CatalogStream stream) {
    return bed.query(
        "SELECT partition, next FROM sluice.view_offsets WHERE generation = %d ORDER BY partition"
            .formatted(stream.generation()));
  }

  /** Rows that are a second apart. */
  private static String rows(int from, int to) {
    List<String> rows = new ArrayList<>();
    for (int n = from; n < to; n++) {
      rows.add("{\"n\": %d, \"ts\": \"%s\"}".formatted(n, START.plusSeconds(n)));
    }
    return rows.toString();
  }

  private static List<String> numbers(int from, int to) {
    return Flux.range(from, to - from).map(String::valueOf).collectList().block();
  }
}
