package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;

/** Subscribers that are cut, and come back to one of two engines on the same log. */
class ResumeTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final int EVENTS = 6_000;
  private static QueryBed bed;
  private static LiveQueryEngine other;
  private static String day;
  private static int streams;

  @BeforeAll
  static void start() {
    bed = new QueryBed(QuerySettings.defaults());
    other = bed.anotherEngine();
    day = stream(3);
    send(day, 0, EVENTS);
  }

  @AfterAll
  static void stop() {
    other.close();
    bed.close();
  }

  private static String stream(int partitions) {
    String name = "resume" + ++streams;
    bed.declare(definition(name, partitions, Duration.ofSeconds(5)));
    return name;
  }

  private static StreamDefinition definition(String name, int partitions, Duration lateness) {
    return new StreamDefinition(
        name,
        List.of(
            new Field("device", FieldType.STRING, false),
            new Field("seq", FieldType.LONG, false),
            new Field("ts", FieldType.TIMESTAMP, false)),
        new Identity("device", "seq", Duration.ofMinutes(1)),
        new EventTime(
            "ts", true, lateness, Duration.ofMinutes(1), Duration.ofMillis(500), null, null),
        new Storage(partitions, Duration.ofDays(7)),
        StreamDefinition.UnknownFields.REJECT);
  }

  /** An event every 100 ms of event time, now and then again, a little out of order. */
  private static void send(String stream, int from, int to) {
    Random random = new Random(from);
    List<String> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      String event = event("d" + i % 41, i, BEGIN.plusMillis(100L * i));
      events.add(event);
      if (random.nextInt(20) == 0) {
        events.add(event);
      }
    }
    for (int i = 0; i + 20 < events.size(); i += 20) {
      Collections.shuffle(events.subList(i, i + 20), random);
    }
    bed.send(stream, events.toString());
  }

  private static String event(String device, long seq, Instant time) {
    return "{\"device\":\"%s\",\"seq\":%d,\"ts\":\"%s\"}".formatted(device, seq, time);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "now | SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
        "2015-01-01T00:09:00Z | SELECT device, seq FROM %s WHERE MOD(seq, 3) = 0",
        "now | SELECT seq, COUNT(*) AS n FROM %s WHERE seq < 2000 GROUP BY seq",
        "2015-01-01T00:09:00Z | SELECT seq FROM %s WHERE seq > 100 LIMIT 2500",
        "2015-01-01T00:09:00Z | SELECT seq, part FROM %s, UNNEST(SPLIT(CONCAT(device, ' b b ', device, ' c'), ' ')) AS w(part) WHERE part <> 'b' AND MOD(seq, 5) > 0",
        "2015-01-01T00:09:00Z | SELECT window_start, device, seq FROM TABLE(HOP(TABLE %s, DESCRIPTOR(ts), INTERVAL '4' SECOND, INTERVAL '10' SECOND)) WHERE MOD(seq, 5) = 0",
        "now | SELECT seq, 1 AS side FROM %s WHERE MOD(seq, 4) = 0 UNION ALL SELECT seq, 2 FROM %1$s WHERE MOD(seq, 6) = 0",
        "now | SELECT device, MAX(n) AS m FROM (SELECT device, COUNT(*) AS n FROM %s GROUP BY HOP(ts, INTERVAL '1' SECOND, INTERVAL '4' SECOND), device) GROUP BY TUMBLE(window_end, INTERVAL '30' SECOND), device"
      })
  void subscriberWhoIsCutGetsEveryFinalRowOnce(String to, String question) {
    String sql = question.formatted(day);
    Random random = new Random(sql.hashCode());
    List<String> whole = bed.ask(sql, "earliest", to).rows;

    ResumingReader reading = new ResumingReader(sql, "earliest", to);
    int cuts = 0;
    while (!reading.ended) {
      reading.read(random.nextBoolean() ? bed.engine : other, 1 + random.nextInt(whole.size() / 4));
      cuts++;
    }

    assertThat(cuts).isGreaterThan(4);
    if (sql.contains("LIMIT")) {
      assertThat(reading.rows).doesNotHaveDuplicates().hasSameSizeAs(whole);
    } else {
      assertThat(sorted(reading.rows)).isEqualTo(sorted(whole));
    }
    assertThat(reading.open(bed.engine).finished()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device",
        "SELECT seq, device FROM %s",
        "SELECT seq, part FROM %s, UNNEST(SPLIT(device || ' b c', ' ')) AS w(part)",
        "SELECT device, MAX(n) AS m FROM (SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), device) GROUP BY HOP(window_end, INTERVAL '1' SECOND, INTERVAL '5' SECOND), device"
      })
  void subscriberOfALiveQueryWhoIsCutGetsEveryFinalRowOnce(String question) {
    String s = stream(2);
    String sql = question.formatted(s);
    Random random = new Random(7);
    List<Disposable> company =
        Stream.of(bed.engine, other)
            .map(engine -> new ResumingReader(sql, "earliest", null).open(engine))
            .map(query -> query.events(Format.SSE).subscribe())
            .toList();

    ResumingReader reading = new ResumingReader(sql, "earliest", null);
    int sent = 0;
    while (sent < 1_500) {
      send(s, sent, sent + 100);
      sent += 100;
      reading.readWithin(random.nextBoolean() ? bed.engine : other, random.nextInt(150));
    }
    bed.punctuate(s, 0, BEGIN.plusSeconds(3_600));
    bed.punctuate(s, 1, BEGIN.plusSeconds(3_600));
    List<String> whole = bed.ask(sql).rows;
    reading.readUntil(whole.size(), () -> random.nextBoolean() ? bed.engine : other);
    company.forEach(Disposable::dispose);

    assertThat(sorted(reading.rows)).isEqualTo(sorted(whole));
  }

  @Test
  void everyEventOfAStreamSaysWhereToGoOn() {
    String sql =
        "SELECT device, COUNT(*) AS n FROM "
            + day
            + " GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE), device";
    List<String> ids =
        QueryBed.tokens(bed.open(new QueryRequest(sql, "earliest", "now", "changes", "10ms")))
            .collectList()
            .block(QueryBed.LIMIT);

    assertThat(ids).hasSizeGreaterThan(100).allSatisfy(id -> assertThat(id).hasSizeBetween(20, 82));
  }

  @Test
  void tokensAreTheSameBytesOnBothGateways() {
    String sql =
        "SELECT device, COUNT(*) AS n FROM "
            + day
            + " GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE), device";

    assertThat(ids(bed.engine, sql)).hasSizeGreaterThan(100).isEqualTo(ids(other, sql));
  }

  private static List<String> ids(LiveQueryEngine engine, String sql) {
    List<String> ids = new ArrayList<>();
    ResumingReader reading =
        new ResumingReader(sql, "earliest", "2015-01-02T00:00:00Z") {
          @Override
          void line(JsonNode line) {
            if (line.has("row")) {
              ids.add(line.get("id").asString());
            }
            super.line(line);
          }
        };
    reading.read(engine, Integer.MAX_VALUE);
    return ids;
  }

  @Test
  void resumedWindowsJoinTheOthersOnceTheyHaveCaughtUp() {
    String s = stream(1);
    String sql = "SELECT COUNT(*) AS n FROM " + s + " GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)";
    send(s, 0, 600);
    ResumingReader first = new ResumingReader(sql, "earliest", null);
    first.read(bed.engine, 30);
    Disposable company =
        new ResumingReader(sql, "earliest", null).open(bed.engine).events(Format.SSE).subscribe();
    assertThat(bed.engine.running()).isEqualTo(1);

    send(s, 600, 1_200);
    first.read(bed.engine, 60);
    BlockingQueue<JsonNode> lines = new LinkedBlockingQueue<>();
    Disposable again =
        first
            .open(bed.engine)
            .events(Format.NDJSON_IDS)
            .subscribe(e -> lines.addAll(QueryBed.lines(e)));
    for (int i = 1_200; bed.engine.running() > 1 || i < 1_500; i += 100) {
      assertThat(i).isLessThan(20_000);
      send(s, i, i + 100);
      assertThat(first.next(lines)).isNotNull();
    }
    company.dispose();
    again.dispose();
  }

  @Test
  void tokenOfAnotherQueryIsRefused() {
    ResumingReader reading = new ResumingReader("SELECT seq FROM " + day, "earliest", "now");
    reading.read(bed.engine, 3);

    refused(ProblemCode.RESUME_TOKEN_INVALID, reading.with("SELECT device FROM " + day, "now"));
    refused(ProblemCode.RESUME_TOKEN_INVALID, reading.with("SELECT seq FROM " + day, null));
    refused(
        ProblemCode.RESUME_TOKEN_INVALID,
        new QueryRequest("SELECT seq FROM " + day, null, null, null, null, "AAAA", null));
  }

  @Test
  void whatWasRelativeOnceDoesNotMatterToWhoComesBack() {
    String sql = "SELECT seq FROM " + day;
    ResumingReader reading = new ResumingReader(sql, "earliest", "2015-01-01T00:09:00Z");
    reading.read(bed.engine, 3);

    LiveQuery again =
        bed.open(
            new QueryRequest(sql, "-15m", "2015-01-01T00:09:00Z", null, null, reading.after, null));

    assertThat(again.finished()).isFalse();
    assertThat(again.events(Format.NDJSON).blockFirst(QueryBed.LIMIT).kind())
        .isNotEqualTo(QueryEvent.Kind.ERROR);
  }

  @Test
  void tokenOfAStreamThatHasChangedIsRefused() {
    String s = stream(1);
    send(s, 0, 100);
    ResumingReader reading = new ResumingReader("SELECT seq FROM " + s, "earliest", "now");
    reading.read(bed.engine, 3);
    CatalogStream before = Objects.requireNonNull(bed.find(s));
    bed.change(
        new CatalogStream(
            definition(s, 1, Duration.ofSeconds(9)),
            before.schemaId(),
            before.generation() + 1,
            before.created()));

    refused(ProblemCode.STREAM_CHANGED, reading.with("SELECT seq FROM " + s, "now"));
  }

  private static Problem refused(ProblemCode code, QueryRequest request) {
    try {
      bed.open(request);
    } catch (ProblemException e) {
      assertThat(e.problem().code()).isEqualTo(code);
      return e.problem();
    }
    throw new AssertionError("not refused: " + request);
  }

  @Test
  void placeThatRetentionHasCutIsExpiredAndSaysWhereToBegin() {
    String s = stream(1);
    send(s, 0, 1_000);
    String filter = "SELECT seq FROM " + s;
    String windows =
        "SELECT COUNT(*) AS n FROM " + s + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)";
    List<ResumingReader> readings =
        Stream.of(filter, windows).map(sql -> new ResumingReader(sql, "earliest", "now")).toList();
    readings.forEach(reading -> reading.read(bed.engine, 3));
    bed.cut(s, 0, 700);

    for (ResumingReader reading : readings) {
      Problem problem = refused(ProblemCode.POSITION_EXPIRED, reading.with(reading.sql, "now"));

      assertThat(problem.field()).isEqualTo("after");
      assertThat(problem.detail()).contains("from=2015-01-01T00:0");
    }
  }

  @Test
  void timeThatRetentionHasCutIsRefusedBeforeThereIsAnAnswer() {
    String s = stream(2);
    send(s, 0, 1_000);
    bed.cut(s, 0, 300);

    Problem problem =
        refused(
            ProblemCode.POSITION_EXPIRED,
            new QueryRequest("SELECT seq FROM " + s, BEGIN.toString(), null, null, null));

    assertThat(problem.field()).isEqualTo("from");
    assertThat(problem.detail()).contains("the earliest good start is from=2015-01-01T00:0");
    assertThat(bed.engine.running()).isZero();
  }

  @Test
  void oldestRecordThatIsLateItselfIsNoEvidenceOfWhatWasBeforeIt() {
    String s = stream(1);
    List<String> events = new ArrayList<>();
    for (int second = 0; second <= 100; second++) {
      events.add(event("d", second, BEGIN.plusSeconds(second)));
    }
    events.add(event("d", 1_000, BEGIN.plusSeconds(10)));
    for (int second = 101; second <= 200; second++) {
      events.add(event("d", second, BEGIN.plusSeconds(second)));
    }
    bed.send(s, events.toString());
    bed.cut(s, 0, 101);
    String sql = "SELECT seq FROM " + s;

    Problem problem =
        refused(
            ProblemCode.POSITION_EXPIRED,
            new QueryRequest(sql, BEGIN.plusSeconds(60).toString(), "now", null, null));

    assertThat(problem.detail()).contains("from=2015-01-01T00:01:46.001Z");
    assertThat(bed.ask(sql, "2015-01-01T00:01:46.001Z", "now").rows).hasSize(94);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY SESSION(ts, INTERVAL '3' SECOND), device",
        "SELECT device, seq FROM %s WHERE MOD(seq, 3) = 0",
        "SELECT device, COUNT(*) AS n FROM %s GROUP BY device"
      })
  void whoAskedUpToNowAndComesBackLaterGetsWhatThereWasThen(String question) {
    String s = stream(2);
    send(s, 0, 1_000);
    String sql = question.formatted(s);
    List<String> whole = bed.ask(sql).rows;
    ResumingReader reading = new ResumingReader(sql, "earliest", "now");
    reading.read(bed.engine, 3);
    send(s, 1_000, 2_000);

    reading.read(other, Integer.MAX_VALUE);

    assertThat(whole).hasSizeGreaterThan(3);
    assertThat(sorted(reading.rows)).isEqualTo(sorted(whole));
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }
}
