package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.of;

import dev.sluice.engine.plan.PreparedQuery;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of queries: names, then the plan's text. */
class PlanTest {
  private final SqlPlanner planner = new SqlPlanner(new Readings());

  static List<Arguments> plans() {
    return List.of(
        of(
            "SELECT device, AVG(temperature) AS avg_t, MAX(temperature) AS max_t, COUNT(*) AS n FROM readings WHERE humidity BETWEEN 0 AND 100 GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device HAVING COUNT(*) >= 3",
            "[window_start, window_end, device, avg_t, max_t, n] from readings where (($4 <= 100.0) AND (0.0 <= $4)) by Grouping[keys=[$0], window=Tumble[size=10000, offset=0], aggregates=[AVG($3), MAX($3), COUNT_ALL(*)], having=(3 <= $3)] select [$4, $5, $0, $1, $2, $3] limit null"),
        of(
            "SELECT STDDEV(temperature), VAR_POP(seq), FIRST_VALUE(note), LAST_VALUE(ts), APPROX_COUNT_DISTINCT(device), APPROX_PERCENTILE(seq, 0.99), LISTAGG(note), LISTAGG(note, '; '), ARRAY_AGG(seq) FROM readings",
            "[stddev, var_pop, first_value, last_value, approx_count_distinct, approx_percentile, listagg, listagg_2, array_agg] from readings where null by Grouping[keys=[], window=null, aggregates=[STDDEV_SAMP($3), VAR_POP($1), FIRST_VALUE($6), LAST_VALUE($2), APPROX_COUNT_DISTINCT($0), APPROX_PERCENTILE(CAST($1 AS DOUBLE), 0.99), LISTAGG($6, 10000, ','), LISTAGG($6, 10000, '; '), ARRAY_AGG($1, 10000)], having=null] select [$0, $1, $2, $3, $4, $5, $6, $7, $8] limit null"),
        of(
            "SELECT COUNT(DISTINCT note), SUM(DISTINCT seq), AVG(DISTINCT temperature), MAX(DISTINCT seq), COUNT(*) FILTER (WHERE ok), SUM(seq) FILTER (WHERE seq > 3) FROM readings",
            "[count, sum, avg, max, count_2, sum_2] from readings where null by Grouping[keys=[], window=null, aggregates=[COUNT_DISTINCT($6), SUM_DISTINCT($1), AVG_DISTINCT($3), MAX($1), COUNT(CASE WHEN $5 THEN TRUE ELSE NULL:BOOLEAN END), SUM(CASE WHEN (3 < $1) THEN $1 ELSE NULL:LONG END)], having=null] select [$0, $1, $2, $3, $4, $5] limit null"),
        of(
            "SELECT device, COUNT(*) AS n FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device ORDER BY n DESC, MAX(seq) LIMIT 3",
            "[window_start, window_end, device, n] from readings where null by Grouping[keys=[$0], window=Tumble[size=10000, offset=0], aggregates=[COUNT_ALL(*), MAX($1)], having=null] select [$3, $4, $0, $1] order $1 desc nulls first, $2 asc top 3 limit null"),
        of(
            "SELECT DISTINCT device, ok FROM readings WHERE seq > 3",
            "[device, ok] from readings where (3 < $1) by Grouping[keys=[$0, $5], window=null, aggregates=[], having=null] select [$0, $1] limit null"),
        of(
            "SELECT DISTINCT window_start, window_end, device FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND))",
            "[window_start, window_end, device] from readings where null by Grouping[keys=[$0], window=Tumble[size=10000, offset=0], aggregates=[], having=null] select [$1, $2, $0] limit null"),
        of(
            "SELECT * FROM readings",
            "[device, seq, ts, temperature, humidity, ok, note, calibrated] from readings where null by null select [$0, $1, $2, $3, $4, $5, $6, $7] limit null"),
        of(
            "SELECT device, seq % 5 + 1, temperature * 1.8 + 32 FROM Readings r WHERE DEVICE IN ('a', 'abc', 'b') AND r.seq NOT IN (1,2,3) LIMIT 10;",
            "[device, column2, column3] from readings where (($0 IN ('a', 'abc', 'b')) AND NOT(($1 IN (1, 2, 3)))) by null select [$0, (($1 % 5) + 1), (($3 * 1.8) + 32.0)] limit 10"),
        of(
            "SELECT COUNT(*), SUM(seq), AVG(seq), MIN(device), MAX(ok) FROM readings",
            "[count, sum, avg, min, max] from readings where null by Grouping[keys=[], window=null, aggregates=[COUNT_ALL(*), SUM($1), AVG($1), MIN($0), MAX($5)], having=null] select [$0, $1, $2, $3, $4] limit null"),
        of(
            "SELECT UPPER(device) AS d, COUNT(*) FROM readings GROUP BY UPPER(device)",
            "[d, count] from readings where null by Grouping[keys=[UPPER($0)], window=null, aggregates=[COUNT_ALL(*)], having=null] select [$0, $1] limit null"),
        of(
            "SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE) AS s, device, COUNT(note) c FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE), device",
            "[window_end, s, device, c] from readings where null by Grouping[keys=[$0], window=Tumble[size=60000, offset=0], aggregates=[COUNT($6)], having=null] select [$3, $2, $0, $1] limit null"),
        of(
            "SELECT TUMBLE_START(ts, INTERVAL '1' MINUTE), TUMBLE_END(ts, INTERVAL '1' MINUTE), COUNT(note) c FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)",
            "[window_start, window_end, c] from readings where null by Grouping[keys=[], window=Tumble[size=60000, offset=0], aggregates=[COUNT($6)], having=null] select [$1, $2, $0] limit null"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE, TIME '00:00:05')",
            "[window_start, window_end, count] from readings where null by Grouping[keys=[], window=Tumble[size=60000, offset=5000], aggregates=[COUNT_ALL(*)], having=null] select [$1, $2, $0] limit null"),
        of(
            "SELECT window_start, window_end, device, COUNT(*) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, device",
            "[window_start, window_end, device, count] from readings where null by Grouping[keys=[$0], window=Tumble[size=10000, offset=0], aggregates=[COUNT_ALL(*)], having=null] select [$2, $3, $0, $1] limit null"),
        of(
            "SELECT window_start, device, seq FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)) WHERE seq > 5",
            "[window_start, device, seq] from readings where (5 < $1) by null select [WINDOW_START($2, 10000, 0), $0, $1] limit null"),
        of(
            "SELECT HOP_START(ts, INTERVAL '10' SECOND, INTERVAL '1' MINUTE), HOP_END(ts, INTERVAL '10' SECOND, INTERVAL '1' MINUTE), device, COUNT(*) FROM readings GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '1' MINUTE), device",
            "[window_start, window_end, device, count] from readings where null by Grouping[keys=[$0], window=Hop[size=60000, slide=10000, offset=0], aggregates=[COUNT_ALL(*)], having=null] select [$2, $3, $0, $1] limit null"),
        of(
            "SELECT device, COUNT(*) FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '1' MINUTE)) WHERE ok GROUP BY window_start, window_end, device",
            "[window_start, window_end, device, count] from readings where $5 by Grouping[keys=[$0], window=Hop[size=60000, slide=10000, offset=0], aggregates=[COUNT_ALL(*)], having=null] select [$2, $3, $0, $1] limit null"),
        of(
            "SELECT device, SESSION_START(ts, INTERVAL '30' SECOND) AS begun, SESSION_END(ts, INTERVAL '30' SECOND) AS over_at, MAX(seq) FROM readings GROUP BY SESSION(ts, INTERVAL '30' SECOND), device HAVING SESSION_END(ts, INTERVAL '30' SECOND) > SESSION_START(ts, INTERVAL '30' SECOND) + INTERVAL '30' SECOND",
            "[device, begun, over_at, max] from readings where null by Grouping[keys=[$0], window=Session[gap=30000], aggregates=[MAX($1)], having=(($2 + 30000) < $3)] select [$0, $2, $3, $1] limit null"),
        of(
            "SELECT window_end, device, COUNT(*) FROM TABLE(SESSION(TABLE readings, DESCRIPTOR(ts), DESCRIPTOR(device), INTERVAL '30' SECOND)) GROUP BY window_start, window_end, device",
            "[window_start, window_end, device, count] from readings where null by Grouping[keys=[$0], window=Session[gap=30000], aggregates=[COUNT_ALL(*)], having=null] select [$2, $3, $0, $1] limit null"),
        of(
            "SELECT COUNT(*) FROM TABLE(SESSION(TABLE readings, DESCRIPTOR(ts), INTERVAL '0.001' SECOND)) GROUP BY window_start",
            "[window_start, window_end, count] from readings where null by Grouping[keys=[], window=Session[gap=1], aggregates=[COUNT_ALL(*)], having=null] select [$1, $2, $0] limit null"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1209600' SECOND)",
            "[window_start, window_end, count] from readings where null by Grouping[keys=[], window=Tumble[size=1209600000, offset=0], aggregates=[COUNT_ALL(*)], having=null] select [$1, $2, $0] limit null"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY HOP(ts, INTERVAL '1' DAY, INTERVAL '6' WEEK)",
            "[window_start, window_end, count] from readings where null by Grouping[keys=[], window=Hop[size=3628800000, slide=86400000, offset=0], aggregates=[COUNT_ALL(*)], having=null] select [$1, $2, $0] limit null"),
        of(
            "SELECT device, COUNT(*) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '3' SECOND)) AS t GROUP BY device, t.window_end",
            "[window_start, window_end, device, count] from readings where null by Grouping[keys=[$0], window=Tumble[size=10000, offset=3000], aggregates=[COUNT_ALL(*)], having=null] select [$2, $3, $0, $1] limit null"),
        of(
            "SELECT CASE WHEN temperature <> 0 THEN 1 / temperature END, CASE device WHEN 'a' THEN 'one' WHEN 'bbb' THEN 'x' ELSE device END FROM readings",
            "[case, case_2] from readings where null by null select [CASE WHEN ($3 <> 0.0) THEN (1.0 / $3) ELSE NULL:DOUBLE END, CASE WHEN ($0 = 'a') THEN 'one' WHEN ($0 = 'bbb') THEN 'x' ELSE $0 END] limit null"),
        of(
            "SELECT CASE WHEN ok THEN 'a' ELSE 'long one' END AS w, COALESCE(note, device, 'zz'), NULLIF(seq, 0) FROM readings",
            "[w, coalesce, nullif] from readings where null by null select [CASE WHEN $5 THEN 'a' ELSE 'long one' END, COALESCE($6, $0, 'zz'), CASE WHEN ($1 = 0) THEN NULL:LONG ELSE $1 END] limit null"),
        of(
            "SELECT CAST(seq AS VARCHAR), CAST(temperature AS BIGINT), CAST(note AS DOUBLE), CAST(ok AS VARCHAR), CAST(ts AS VARCHAR), CAST(note AS TIMESTAMP), CAST(note AS BOOLEAN), CAST(note AS VARCHAR(3)), CAST(seq AS INTEGER), note::double, CAST('12' AS BIGINT), CAST(2.5 AS BIGINT), CAST('x' AS BIGINT) FROM readings",
            "[seq, temperature, note, ok, ts, note_2, note_3, note_4, seq_2, note_5, column11, column12, column13] from readings where null by null select [CAST($1 AS STRING), CAST($3 AS LONG), CAST($6 AS DOUBLE), CAST($5 AS STRING), CAST($2 AS STRING), CAST($6 AS TIMESTAMP), CAST($6 AS BOOLEAN), SUBSTRING($6, 1, 3), WITHIN($1, 2147483647), CAST($6 AS DOUBLE), 12, 2, CAST('x' AS LONG)] limit null"),
        of(
            "SELECT device FROM readings WHERE ts >= TIMESTAMP '2026-11-20 12:00:00' AND ts < TIMESTAMP '2026-11-20 12:00:00.5' + INTERVAL '1' DAY AND ts - INTERVAL '1' HOUR > calibrated",
            "[device] from readings where ((TIMESTAMP 2026-11-20T12:00:00Z <= $2) AND ($2 < TIMESTAMP 2026-11-21T12:00:00.500Z) AND ($7 < ($2 - 3600000))) by null select [$0] limit null"),
        of(
            "SELECT note LIKE 'a%', note NOT LIKE 'a!%' ESCAPE '!', NOT ok, ok IS TRUE, ok IS NOT FALSE, note IS NULL, note IS NOT NULL, ok IS UNKNOWN FROM readings WHERE ok",
            "[column1, column2, column3, column4, column5, column6, column7, column8] from readings where $5 by null select [($6 LIKE 'a%' ESCAPE '\\'), NOT(($6 LIKE 'a!%' ESCAPE '!')), NOT($5), ($5 IS TRUE), NOT((NOT($5) IS TRUE)), ($6 IS NULL), ($6 IS NOT NULL), ($5 IS NULL)] limit null"),
        of(
            "SELECT ABS(seq), ROUND(temperature), ROUND(temperature, 2), FLOOR(temperature), CEIL(seq), UPPER(note) || '-' || LOWER(device), CHAR_LENGTH(note), TRIM(note), TRIM(LEADING 'x' FROM note), SUBSTRING(note FROM 2 FOR 3), SUBSTRING(note, 2), LENGTH(note), LTRIM(note) FROM readings",
            "[abs, round, round_2, floor, ceil, column6, char_length, trim, trim_2, substring, substring_2, length, ltrim] from readings where null by null select [ABS($1), ROUND($3), ROUND($3, 2), FLOOR($3), $1, ((UPPER($6) || '-') || LOWER($0)), CHAR_LENGTH($6), TRIM($6, ' ', true, true), TRIM($6, 'x', true, false), SUBSTRING($6, 2, 3), SUBSTRING($6, 2, 9223372036854775807), CHAR_LENGTH($6), TRIM($6, ' ', true, false)] limit null"),
        of(
            "SELECT -seq, +seq, -9223372036854775808, 9223372036854775807, 1e3, 1.50, 'Grüße ж' , U&'\\0041' FROM readings",
            "[column1, column2, column3, column4, column5, column6, column7, column8] from readings where null by null select [-($1), $1, -9223372036854775808, 9223372036854775807, 1000.0, 1.5, 'Grüße ж', 'A'] limit null"),
        of(
            "SELECT device FROM readings WHERE 'b' < device AND note = 'ab' || 'c' AND 1 = 1",
            "[device] from readings where (($6 = 'abc') AND ('b' < $0)) by null select [$0] limit null"),
        of(
            "SELECT device FROM readings WHERE NOT (seq = 1 OR seq = 2 OR note = 'x' OR seq = 3)",
            "[device] from readings where NOT((($1 IN (1, 2, 3)) OR ($6 = 'x'))) by null select [$0] limit null"),
        of(
            "SELECT device, device FROM readings",
            "[device, device_2] from readings where null by null select [$0, $0] limit null"),
        of(
            "SELECT seq/2, seq*1.5, seq > 1.5, temperature > 1 FROM readings",
            "[column1, column2, column3, column4] from readings where null by null select [($1 / 2), (1.5 * CAST($1 AS DOUBLE)), (1.5 < CAST($1 AS DOUBLE)), (1.0 < $3)] limit null"),
        of(
            "SELECT device FROM readings WHERE seq IN (1, NULL, 3)",
            "[device] from readings where (($1 IN (1, 3)) OR NULL:BOOLEAN) by null select [$0] limit null"),
        of(
            "SELECT device, COUNT(*) n FROM readings GROUP BY 1",
            "[device, n] from readings where null by Grouping[keys=[$0], window=null, aggregates=[COUNT_ALL(*)], having=null] select [$0, $1] limit null"),
        of(
            "SELECT UPPER(device) AS device, COUNT(*) n FROM readings GROUP BY device",
            "[device, n] from readings where null by Grouping[keys=[$0], window=null, aggregates=[COUNT_ALL(*)], having=null] select [UPPER($0), $1] limit null"),
        of(
            "SELECT SUM(seq) / COUNT(*) + 1 AS x FROM readings HAVING MAX(temperature) > 3.5",
            "[x] from readings where null by Grouping[keys=[], window=null, aggregates=[SUM($1), COUNT_ALL(*), MAX($3)], having=(3.5 < $2)] select [(($0 / $1) + 1)] limit null"),
        of(
            "SELECT SUM(CASE WHEN ok THEN 1 ELSE 0 END) FROM readings",
            "[sum] from readings where null by Grouping[keys=[], window=null, aggregates=[SUM(CASE WHEN $5 THEN 1 ELSE 0 END)], having=null] select [$0] limit null"),
        of(
            "SELECT MIN(seq) FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND) LIMIT 0",
            "[window_start, window_end, min] from readings where null by Grouping[keys=[], window=Tumble[size=10000, offset=0], aggregates=[MIN($1)], having=null] select [$1, $2, $0] limit 0"));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void queryBecomesThePlan(String sql, String plan) {
    PreparedQuery query = planner.plan(sql);
    assertThat(query.names() + " " + query.plan().digest()).isEqualTo(plan);
  }

  /** Spelling, names of columns, and the order where it cannot matter. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT device AS d FROM readings | select DEVICE from Readings as r",
        "SELECT 1 FROM readings WHERE seq > 1 AND ok | SELECT 1 FROM readings WHERE ok AND 1 < seq",
        "SELECT seq FROM readings WHERE seq IN (1, 2) | SELECT seq FROM readings WHERE seq = 2 OR seq = 1",
        "SELECT seq + 1 FROM readings | SELECT 1 + seq FROM readings",
        "SELECT seq FROM readings WHERE seq > 1 + 1 | SELECT seq FROM readings WHERE seq > 2",
        "SELECT seq FROM readings WHERE seq BETWEEN 1 AND 2 | SELECT seq FROM readings WHERE seq <= 2 AND seq >= 1",
        "SELECT COALESCE(note, 'x') FROM readings | SELECT CASE WHEN note IS NOT NULL THEN note ELSE 'x' END FROM readings",
        "SELECT SUM(seq) FILTER (WHERE ok) FROM readings | SELECT SUM(CASE WHEN ok THEN seq END) FROM readings",
        "SELECT DISTINCT device FROM readings | SELECT device FROM readings GROUP BY device",
        "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '60' SECOND) | SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)",
        "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE) | SELECT window_start, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end"
      })
  void queriesThatAskTheSameHaveOneDigest(String one, String other) {
    assertThat(planner.plan(one).plan().digest()).isEqualTo(planner.plan(other).plan().digest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT seq FROM readings WHERE seq > 1 | SELECT seq FROM readings WHERE seq > 2",
        "SELECT seq FROM readings WHERE seq > 1 | SELECT seq FROM readings WHERE seq >= 1",
        "SELECT seq FROM readings LIMIT 1 | SELECT seq FROM readings LIMIT 2",
        "SELECT note FROM readings WHERE note = 'a' | SELECT note FROM readings WHERE note = 'a '",
        "SELECT NOT (ok IS TRUE) FROM readings | SELECT (NOT ok) IS TRUE FROM readings",
        "SELECT 1 FROM readings WHERE seq <> 0 AND 1 / seq > 0 | SELECT 1 FROM readings WHERE 1 / seq > 0 AND seq <> 0",
        "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE) | SELECT COUNT(*) FROM readings"
      })
  void queriesThatAskSomethingElseHaveAnother(String one, String other) {
    assertThat(planner.plan(one).plan().digest()).isNotEqualTo(planner.plan(other).plan().digest());
  }

  @Test
  void severalThreadsPlanAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<String>> calls =
          IntStream.range(0, 100)
              .mapToObj(
                  i ->
                      (Callable<String>)
                          () ->
                              planner
                                  .plan("SELECT seq + " + i % 5 + " FROM readings WHERE ok")
                                  .plan()
                                  .digest())
              .toList();
      List<Future<String>> digests = threads.invokeAll(calls);
      for (int i = 0; i < 100; i++) {
        assertThat(digests.get(i).get()).isEqualTo(digests.get(i % 5).get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void warmUpPlansAQueryOfItsOwn() {
    SqlPlanner.warmUp();
  }
}
