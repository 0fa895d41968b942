package dev.sluice.engine.query;

import static dev.sluice.engine.query.PortableQuery.select;
import static dev.sluice.engine.query.PortableQuery.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.Servers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.query.LiveQuery.OutputColumn;
import dev.sluice.engine.query.PostgresOracle.Expected;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.QueryEvent.Format;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sluice's answers against PostgreSQL's, on the same records: over what is there, while they come,
 * and from the middle of the day.
 */
class DifferentialTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LIVE_WITHIN = Duration.ofSeconds(40);
  private static final Instant FROM = Instant.parse("2015-03-09T02:03:20.250Z");
  private static final Instant STRETCH = Instant.parse("2015-03-09T01:19:59.999Z");
  private static final Instant TO = Instant.parse("2015-03-09T03:07:03Z");
  private static final String STREAM = "bus_day";

  private static final Duration SECONDS_30 = Duration.ofSeconds(30);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MINUTES_5 = Duration.ofMinutes(5);
  private static final Duration MINUTES_10 = Duration.ofMinutes(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration HOURS_6 = Duration.ofHours(6);

  private static QueryBed bed;
  private static PostgresOracle oracle;
  private static final Map<PortableQuery, Run> LIVE = new LinkedHashMap<>();
  private static final Map<PortableQuery, Run> BOUNDED = new LinkedHashMap<>();
  private static final Map<PortableQuery, Run> MIDDLE = new LinkedHashMap<>();
  private static final Map<PortableQuery, Run> STRETCHES = new LinkedHashMap<>();
  private static Map<Integer, Long> boundedEnds = Map.of();
  private static Map<Integer, Long> allEnds = Map.of();

  static List<PortableQuery> queries() {
    return List.of(
        // Filter and projection.
        select("bus, seq, ts, route, trip, speed, lat, lon, headsign, moving, noted")
            .where("seq < 500"),
        select("seq, speed").where("speed > 20"),
        select("seq, speed").where("NOT speed > 20"),
        select("seq, headsign").where("headsign = ''"),
        select("seq, noted").where("headsign IS NULL OR noted IS NULL AND route IS NOT NULL"),
        select("seq, lat, lon, lat - lon AS d, lat * lon AS p, -lon AS m").where("lon < -97.8"),
        select(
                "seq, route + trip AS a, trip / route AS q, MOD(trip, route) AS r, trip - route * 2 AS s")
            .where("route > 0 AND seq BETWEEN 100 AND 900"),
        select("seq, headsign").where("headsign LIKE '%BOUND'"),
        select("seq, headsign").where("headsign NOT LIKE '_O%' AND seq > 11000"),
        select("seq, headsign").where("headsign LIKE '%!_way 50!%' ESCAPE '!'"),
        select("seq, headsign").where("headsign LIKE '_ express' OR headsign LIKE 'S_d%'"),
        select("seq, route").where("route IN (1, 7, 300, 801)"),
        select("seq, route").where("route NOT IN (1, 7, 300, 801) AND seq < 3000"),
        select("seq, headsign").where("headsign IN ('', 'CLOCKWISE', 'Südwärts')"),
        select("seq").where("speed BETWEEN 3.5 AND 4.5 OR speed NOT BETWEEN 0 AND 25"),
        select(
                "seq, CASE WHEN speed > 15 THEN 'fast' WHEN speed > 5 THEN 'middling' WHEN speed IS NULL THEN NULL ELSE 'slow' END AS pace,"
                    + " CASE route WHEN 1 THEN 10 WHEN 7 THEN 70 END AS line")
            .where("MOD(seq, 7) = 3"),
        select(
                "seq, COALESCE(headsign, 'none') AS h, COALESCE(speed, -1) AS s, COALESCE(noted, ts) AS n, NULLIF(route, 7) AS r")
            .where("MOD(seq, 5) = 0"),
        select(
                "seq, UPPER(headsign) AS u, LOWER(headsign) AS l, CHAR_LENGTH(headsign) AS n, SUBSTRING(headsign, 2, 3) AS s")
            .where("MOD(seq, 3) = 1"),
        select("seq, bus || '/' || headsign AS id, TRIM(' ' || headsign || ' ') AS t")
            .where("MOD(seq, 9) = 1"),
        select(
                "seq, ABS(lon) AS a, FLOOR(lon) AS f, CEIL(lon) AS c, ROUND(lon) AS r, ROUND(lon, 2) AS r2, ROUND(speed, 1) AS s1")
            .where("MOD(seq, 6) = 2"),
        select(
                "seq, ABS(route - 300) AS a, FLOOR(speed) AS f, CEIL(speed) AS c, ROUND(speed * 2) AS r")
            .where("MOD(seq, 8) = 5"),
        select(
                "seq, CAST(speed AS BIGINT) AS whole, CAST(bus AS BIGINT) + 1 AS n, CAST(route AS DOUBLE PRECISION) / 7 AS d,"
                    + " CAST(trip AS VARCHAR) || '!' AS t, CAST(lat AS VARCHAR) AS lat, CAST(moving AS VARCHAR) AS m")
            .where("MOD(seq, 4) = 0"),
        select("seq, ts, ts + INTERVAL '90' SECOND AS later, noted - INTERVAL '1' DAY AS before")
            .where(
                "ts >= TIMESTAMP '2015-03-08 18:00:00' AND ts < TIMESTAMP '2015-03-08 18:20:00'"),
        select("seq, moving").where("moving"),
        select("seq, moving").where("moving IS NOT TRUE AND seq > 9000"),
        select(
                "seq, speed > 5 AND route > 100 AS both_of, speed > 5 OR route > 100 AS either, NOT moving AS n")
            .where("MOD(seq, 10) = 7"),
        select(
                "seq, noted < ts - INTERVAL '2' MINUTE AS old, headsign > 'N' AS late_in_alphabet, speed = 0 AS stands")
            .where("MOD(seq, 11) = 7"),
        select("seq").where("(speed > 3) IS NULL AND headsign <> 'SOUTHBOUND'"),
        // Running totals.
        total("COUNT(*) AS n"),
        total(
            "COUNT(*) AS n, COUNT(speed) AS c, SUM(speed) AS s, AVG(speed) AS a, MIN(speed) AS mi, MAX(speed) AS ma"),
        total(
            "SUM(trip) AS s, AVG(trip) AS a, MIN(route) AS mi, MAX(route) AS ma, COUNT(route) AS c"),
        total("COUNT(*) AS n, SUM(speed) AS s, MIN(headsign) AS m, AVG(route) AS a")
            .where("speed > 1000"),
        total(
            "MIN(headsign) AS a, MAX(headsign) AS b, MIN(noted) AS c, MAX(noted) AS d, MIN(moving) AS e, MAX(moving) AS f, COUNT(noted) AS g"),
        total("route, COUNT(*) AS n, AVG(speed) AS v").by("route"),
        total("headsign, COUNT(*) AS n, MAX(lon) AS m").by("headsign"),
        total("moving, route, COUNT(*) AS n, SUM(lat) AS s")
            .by("moving", "route")
            .having("COUNT(*) > 20"),
        total("CHAR_LENGTH(headsign) AS l, COUNT(*) AS n").by("CHAR_LENGTH(headsign)"),
        total("FLOOR(speed) AS f, COUNT(*) AS n").where("speed IS NOT NULL").by("FLOOR(speed)"),
        total("speed, COUNT(*) AS n").where("speed < 3").by("speed").having("COUNT(*) > 1"),
        total("noted, COUNT(*) AS n").by("noted").having("COUNT(*) >= 15"),
        total(
            "SUM(CASE WHEN moving THEN 1 ELSE 0 END) AS m, SUM(CASE WHEN speed > 10 THEN speed END) AS f, COUNT(CASE WHEN route = 7 THEN 1 END) AS seven"),
        total(
            "STDDEV_POP(speed) AS sp, STDDEV_SAMP(lon) AS sl, VAR_POP(lat) AS vl, VAR_SAMP(route) AS vr, STDDEV_SAMP(trip) AS st"),
        total(
            "COUNT(DISTINCT headsign) AS h, COUNT(DISTINCT route) AS r, COUNT(DISTINCT speed) AS s, SUM(DISTINCT route) AS sr, AVG(DISTINCT speed) AS a"),
        // Windows.
        total("COUNT(*) AS n").tumble(SECONDS_30),
        total("COUNT(*) AS n, MIN(ts) AS first, MAX(ts) AS last").tumble(MINUTE),
        total(
                "COUNT(*) AS n, COUNT(speed) AS c, SUM(speed) AS s, AVG(speed) AS a, MIN(speed) AS mi, MAX(speed) AS ma")
            .tumble(MINUTES_5),
        total("SUM(lon) AS s, AVG(lon) AS a, MIN(lon) AS mi, MAX(lon) AS ma").tumble(HOUR),
        total(
                "SUM(trip) AS s, AVG(trip) AS a, SUM(route) AS r, AVG(route) AS ar, MIN(trip) AS mi, MAX(trip) AS ma")
            .tumble(HOUR),
        total("MIN(headsign) AS a, MAX(headsign) AS b, MIN(bus) AS c, MAX(bus) AS d")
            .tumble(MINUTES_10),
        total(
                "MIN(moving) AS a, MAX(moving) AS b, MIN(noted) AS c, MAX(noted) AS d, COUNT(moving) AS e")
            .tumble(MINUTES_10),
        total("route, COUNT(*) AS n, AVG(speed) AS v").tumble(MINUTES_5).by("route"),
        total("bus, COUNT(*) AS n, MAX(speed) AS v").tumble(MINUTE).by("bus"),
        total("headsign, COUNT(*) AS n, SUM(speed) AS s").tumble(HOUR).by("headsign"),
        total("moving, headsign, route, COUNT(*) AS n, AVG(lat) AS a")
            .tumble(HOUR)
            .by("moving", "headsign", "route"),
        total("COUNT(*) AS n, AVG(speed) AS v")
            .tumble(MINUTES_10)
            .by("route")
            .having("COUNT(*) > 10 AND AVG(speed) > 5"),
        total(
                "route, MAX(speed) - MIN(speed) AS spread, SUM(speed) / COUNT(*) AS mean, 100 * COUNT(speed) / COUNT(*) AS percent")
            .tumble(HOUR)
            .by("route"),
        total(
                "CASE WHEN speed > 10 THEN 'fast' WHEN speed >= 0 THEN 'slow' END AS pace, COUNT(*) AS n")
            .tumble(MINUTES_10)
            .by("CASE WHEN speed > 10 THEN 'fast' WHEN speed >= 0 THEN 'slow' END"),
        total("UPPER(COALESCE(headsign, '?')) AS h, COUNT(*) AS n")
            .where("headsign IS NULL OR headsign <> ''")
            .tumble(HOUR)
            .by("UPPER(COALESCE(headsign, '?'))"),
        total("MOD(route, 10) AS r, FLOOR(lat * 10) AS cell, COUNT(*) AS n")
            .where("route IS NOT NULL")
            .tumble(HOUR)
            .by("MOD(route, 10)", "FLOOR(lat * 10)"),
        total("noted, COUNT(*) AS n").tumble(MINUTES_5).by("noted").having("COUNT(*) > 3"),
        total("ROUND(speed) AS kmh, COUNT(*) AS n").tumble(HOURS_6).by("ROUND(speed)"),
        total(
                "route, SUM(CASE WHEN moving THEN 1 ELSE 0 END) AS m, SUM(speed * 3.6) AS kmh, AVG(ABS(lon)) AS l")
            .where("headsign LIKE '%BOUND' AND speed IS NOT NULL")
            .tumble(Duration.ofMinutes(15))
            .by("route")
            .having("SUM(CASE WHEN moving THEN 1 ELSE 0 END) > 2 OR MIN(lon) < -97.75"),
        total(
                "bus || ':' || CAST(route AS VARCHAR) AS id, COUNT(*) AS n, MIN(seq) AS a, MAX(seq) AS b")
            .tumble(HOURS_6)
            .by("bus || ':' || CAST(route AS VARCHAR)"),
        total("COUNT(*) AS n, AVG(speed) AS v")
            .where("speed > 20")
            .tumble(Duration.ofSeconds(7))
            .by("bus"),
        total("route, STDDEV_SAMP(speed) AS s, VAR_POP(speed * 3.6) AS v, VAR_SAMP(trip) AS t")
            .tumble(MINUTES_10)
            .by("route"),
        total(
                "moving, COUNT(DISTINCT bus) AS b, COUNT(DISTINCT noted) AS n, SUM(DISTINCT speed) AS s, MAX(DISTINCT lat) AS m")
            .tumble(MINUTES_5)
            .by("moving"),
        total(
                "COUNT(*) FILTER (WHERE moving) AS m, SUM(speed) FILTER (WHERE route > 100) AS s, COUNT(DISTINCT bus) FILTER (WHERE speed > 5) AS b,"
                    + " AVG(1 / speed) FILTER (WHERE speed <> 0) AS a, MIN(headsign) FILTER (WHERE lon < -97.75) AS h")
            .tumble(HOUR),
        total("moving, COUNT(*) AS n").tumble(Duration.ofDays(1)).by("moving"),
        total("route, COUNT(*) AS n, MAX(headsign) AS h")
            .where("route IN (1, 7, 801) OR headsign = 'CLOCKWISE'")
            .tumble(Duration.ofMinutes(7))
            .by("route"),
        // Hopping windows: slides that divide the size, and that do not.
        total("COUNT(*) AS n").hop(MINUTE, MINUTES_5),
        total("COUNT(*) AS n, SUM(speed) AS s, AVG(lon) AS a, MIN(headsign) AS h, MAX(noted) AS m")
            .hop(MINUTES_5, Duration.ofMinutes(13)),
        total("route, COUNT(*) AS n, AVG(speed) AS v, COUNT(DISTINCT bus) AS b")
            .hop(MINUTES_10, HOUR)
            .by("route")
            .having("COUNT(*) > 4"),
        total("bus, COUNT(*) AS n, MIN(seq) AS a, MAX(seq) AS b")
            .where("speed > 10")
            .hop(Duration.ofSeconds(70), Duration.ofMinutes(3))
            .by("bus"),
        total("moving, headsign, COUNT(*) AS n, SUM(trip) AS s")
            .hop(HOUR, HOURS_6)
            .by("moving", "headsign"),
        // Sessions.
        total("COUNT(*) AS n, MIN(ts) AS first, MAX(ts) AS last").session(Duration.ofSeconds(8)),
        total("bus, COUNT(*) AS n, AVG(speed) AS v, MIN(seq) AS a, MAX(seq) AS b")
            .session(Duration.ofMinutes(3))
            .by("bus"),
        total("route, headsign, COUNT(*) AS n, COUNT(DISTINCT bus) AS d, MAX(noted) AS m")
            .session(MINUTES_10)
            .by("route", "headsign")
            .having("COUNT(*) > 2"),
        total("bus, COUNT(*) AS n, SUM(speed) AS s")
            .where("moving")
            .session(Duration.ofMinutes(4))
            .by("bus"));
  }

  // ---- one day ----

  @BeforeAll
  static void sendTheDay() {
    bed = new QueryBed(QuerySettings.defaults());
    CatalogStream stream = bed.declare(BusDay.stream(STREAM));
    oracle = new PostgresOracle(stream, Servers.kafka());
    queries().forEach(query -> LIVE.put(query, new Run(query, "earliest", null)));
    List<String> frames = BusDay.frames();
    for (int i = 0; i < frames.size(); i++) {
      bed.send(STREAM, frames.get(i));
      if (i % 20 == 10) {
        disturb(stream, i);
      }
    }
    boundedEnds = oracle.ends();
    queries().forEach(query -> BOUNDED.put(query, new Run(query, "earliest", "now")));
    BOUNDED.values().forEach(Run::awaitEnd);
    Instant end = TO.plus(Duration.ofDays(3));
    for (int p = 0; p < BusDay.PARTITIONS; p++) {
      bed.punctuate(STREAM, p, end);
    }
    allEnds = oracle.ends();
    for (PortableQuery query : queries()) {
      MIDDLE.put(query, new Run(query, FROM.toString(), "now"));
      STRETCHES.put(query, new Run(query, STRETCH.toString(), TO.toString()));
    }
    oracle.load();
    MIDDLE.values().forEach(Run::awaitEnd);
    STRETCHES.values().forEach(Run::awaitEnd);
  }

  /** Records that are no events, and a punctuation that makes some late. */
  private static void disturb(CatalogStream stream, int frame) {
    int partition = frame % BusDay.PARTITIONS;
    String topic = stream.definition().topic();
    byte[] junk = ("\0\0\0\0" + (char) stream.schemaId() + "junk").getBytes(StandardCharsets.UTF_8);
    long time = FROM.toEpochMilli();
    bed.log
        .append(
            List.of(
                new LogRecord(topic, partition, time, null, junk, Map.of()),
                new LogRecord(topic, partition, time, null, new byte[] {1, 2}, Map.of()),
                new LogRecord(topic, partition, time, null, null, Map.of())))
        .block(QueryBed.LIMIT);
    long latest = bed.engine.watermarks(STREAM).block(QueryBed.LIMIT).get(partition);
    bed.punctuate(
        STREAM, partition, Instant.ofEpochMilli(latest).plus(BusDay.LATENESS.dividedBy(2)));
  }

  @AfterAll
  static void stop() {
    LIVE.values().forEach(live -> live.subscription.dispose());
    bed.close();
    oracle.close();
  }

  // ---- the comparisons ----

  @Test
  void dayHasWhatMakesItHard() {
    Map<String, Long> hours =
        oracle
            .answer(total("COUNT(*)").where("seq <> 17").tumble(HOUR), null, null, allEnds)
            .accounting();
    Map<String, Long> middle =
        oracle.answer(total("COUNT(*)").tumble(HOUR), FROM, null, allEnds).accounting();

    assertThat(hours.get("undecodable")).isGreaterThan(5);
    assertThat(hours.get("duplicate")).isGreaterThan(100);
    assertThat(hours.get("filtered")).isPositive();
    assertThat(hours.get("late")).isGreaterThan(100);
    assertThat(hours.get("counted")).isGreaterThan(10_000);
    assertThat(middle.get("outside")).isGreaterThan(100);
    assertThat(queries()).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void boundedAnswerIsThatOfPostgres(PortableQuery query) {
    compare(query, BOUNDED.get(query).result(), oracle.answer(query, null, null, boundedEnds));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void liveAnswerIsThatOfPostgres(PortableQuery query) {
    Expected expected = oracle.answer(query, null, null, allEnds);
    Run live = LIVE.get(query);
    assertThat(expected.open()).isEmpty();

    soon()
        .untilAsserted(() -> assertThat(live.result().accounting).isEqualTo(expected.accounting()));
    if (query.isTotal()) {
      soon().untilAsserted(() -> compare(query, live.total(), expected));
    } else {
      compare(query, live.result(), expected);
    }
  }

  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).atMost(LIVE_WITHIN);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void answerFromTheMiddleIsThatOfPostgres(PortableQuery query) {
    compare(query, MIDDLE.get(query).result(), oracle.answer(query, FROM, null, allEnds));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void answerOfAStretchIsThatOfPostgres(PortableQuery query) {
    compare(query, STRETCHES.get(query).result(), oracle.answer(query, STRETCH, TO, allEnds));
  }

  private static void compare(PortableQuery query, Result actual, Expected expected) {
    assertThat(actual.error).isEmpty();
    assertThat(actual.accounting).isEqualTo(expected.accounting());
    List<List<@Nullable Object>> rows = ResultRows.typed(actual.columns, expected.rows());
    ResultRows.assertEqual(
        actual.ordered ? actual.rows : ResultRows.sorted(actual.rows),
        actual.ordered ? rows : ResultRows.sorted(rows));
    if (!query.isTotal()) {
      ResultRows.assertEqual(actual.open, ResultRows.typed(actual.columns, expected.open()));
    }
  }

  // ---- Sluice's side ----

  /** What Sluice said, as values. */
  record Result(
      List<OutputColumn> columns,
      List<List<@Nullable Object>> rows,
      List<List<@Nullable Object>> open,
      Map<String, Long> accounting,
      String error,
      boolean ordered) {

    static Map<String, Long> accounting(JsonNode node) {
      Map<String, Long> accounting = new HashMap<>();
      for (String name :
          List.of("read", "undecodable", "outside", "duplicate", "filtered", "late", "counted")) {
        accounting.put(name, node.path(name).asLong(-1));
      }
      return accounting;
    }
  }

  /** A query that somebody reads. */
  private static final class Run {
    private final PortableQuery query;
    private final LiveQuery opened;
    private final Answer answer = new Answer();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Disposable subscription;

    Run(PortableQuery query, String from, @Nullable String to) {
      this.query = query;
      opened = bed.open(query.sluice(STREAM), from, to);
      subscription =
          opened
              .events(Format.NDJSON)
              .doFinally(signal -> ended.countDown())
              .subscribe(answer::add);
    }

    void awaitEnd() {
      try {
        assertThat(ended.await(QueryBed.LIMIT.toSeconds(), TimeUnit.SECONDS))
            .as("%s ends", query)
            .isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    Result result() {
      synchronized (answer) {
        JsonNode accounting = answer.end.isNull() ? answer.watermark : answer.end.get("accounting");
        return new Result(
            opened.columns(),
            ResultRows.answered(opened.columns(), answer.rows),
            ResultRows.answered(opened.columns(), answer.updates),
            Result.accounting(accounting),
            answer.error.isNull() ? "" : answer.error.toString(),
            query.grouped());
      }
    }

    /** The last row of each group that is there still; the group is what a row begins with. */
    Result total() {
      Result result = result();
      Map<List<@Nullable Object>, List<@Nullable Object>> last = new HashMap<>();
      synchronized (answer) {
        for (String update : answer.updates) {
          JsonNode row = JSON.readTree(update);
          List<@Nullable Object> values = ResultRows.answered(opened.columns(), row);
          List<@Nullable Object> group = values.subList(0, query.keys().size());
          last.remove(group);
          if (!row.path("deleted").asBoolean(false)) {
            last.put(group, values);
          }
        }
      }
      return new Result(
          result.columns,
          List.copyOf(last.values()),
          List.of(),
          result.accounting,
          result.error,
          false);
    }
  }
}
