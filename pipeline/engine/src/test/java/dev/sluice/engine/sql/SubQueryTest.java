package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries within queries: what they become, and what is refused of them. */
class SubQueryTest {
  private final SqlPlanner planner = new SqlPlanner(new Readings());

  /** Filters and projections of a sub-query are part of what is around it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT device FROM (SELECT * FROM readings) | SELECT device FROM readings",
        "SELECT device FROM (SELECT * FROM readings WHERE ok) WHERE seq > 5 | SELECT device FROM readings WHERE ok AND seq > 5",
        "SELECT d, s + 1 FROM (SELECT device AS d, seq * 2 AS s FROM readings) AS r WHERE r.s > 4 | SELECT device, seq * 2 + 1 FROM readings WHERE seq * 2 > 4",
        "SELECT x FROM (SELECT 1 / seq AS x FROM readings WHERE seq <> 0) WHERE x > 0 | SELECT 1 / seq FROM readings WHERE seq <> 0 AND 1 / seq > 0",
        "SELECT COUNT(*) FROM (SELECT device FROM readings) GROUP BY device | SELECT COUNT(*) FROM readings GROUP BY device",
        "SELECT d, COUNT(*) FROM (SELECT UPPER(device) AS d, ts AS at_time FROM readings WHERE ok) GROUP BY TUMBLE(at_time, INTERVAL '10' SECOND), d | SELECT UPPER(device), COUNT(*) FROM readings WHERE ok GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), UPPER(device)",
        "SELECT * FROM (SELECT device, COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device) WHERE count > 2 | SELECT device, COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device HAVING COUNT(*) > 2",
        "SELECT device, n FROM (SELECT device, COUNT(*) AS n FROM readings GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '1' MINUTE), device) ORDER BY n DESC LIMIT 3 | SELECT device, COUNT(*) AS n FROM readings GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '1' MINUTE), device ORDER BY n DESC LIMIT 3",
        "SELECT device, window_end FROM (SELECT device, COUNT(*) AS n FROM readings GROUP BY SESSION(ts, INTERVAL '10' SECOND), device) WHERE n > 1 | SELECT device, SESSION_END(ts, INTERVAL '10' SECOND), COUNT(*) AS n FROM readings GROUP BY SESSION(ts, INTERVAL '10' SECOND), device HAVING COUNT(*) > 1",
        "SELECT device, COUNT(*) FROM (SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND)) WHERE ok) GROUP BY window_start, window_end, device | SELECT device, COUNT(*) FROM readings WHERE ok GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
        "SELECT window_end, n FROM (SELECT COUNT(*) AS n FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '20' SECOND)) GROUP BY window_start, window_end) | SELECT HOP_END(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND), COUNT(*) FROM readings GROUP BY HOP(ts, INTERVAL '10' SECOND, INTERVAL '20' SECOND)",
        "WITH r AS (SELECT device AS d, seq FROM readings WHERE ok), s AS (SELECT d FROM r WHERE seq > 5) SELECT d FROM s WHERE d <> 'x' | SELECT device FROM readings WHERE ok AND seq > 5 AND device <> 'x'",
        "WITH r (d, n) AS (SELECT device, seq FROM readings) SELECT t.d FROM r AS t WHERE t.n > 1 | SELECT device FROM readings WHERE seq > 1",
        "SELECT a FROM (SELECT device, seq FROM readings) AS t (a, b) WHERE b > 1 | SELECT device FROM readings WHERE seq > 1",
        "SELECT b FROM (SELECT a AS b FROM (SELECT device AS a FROM readings WHERE ok) WHERE a > 'b') WHERE b < 'x' | SELECT device FROM readings WHERE ok AND device > 'b' AND device < 'x'"
      })
  void subQueryIsFoldedIntoWhatIsAroundIt(String nested, String flat) {
    assertThat(planner.plan(nested).plan().digest().replaceAll("select \\[.*?]", ""))
        .isEqualTo(planner.plan(flat).plan().digest().replaceAll("select \\[.*?]", ""));
  }

  @Test
  void columnsAreNamedAsThoseOfAQuery() {
    assertThat(
            planner
                .plan(
                    "SELECT * FROM (SELECT COUNT(*), MAX(seq), device d FROM readings GROUP BY device)")
                .names())
        .containsExactly("count", "max", "d");
    assertThat(
            planner
                .plan(
                    "SELECT * FROM (SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' SECOND))")
                .names())
        .containsExactly("window_start", "window_end", "count");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT sq FROM (SELECT seq FROM readings) | QUERY_UNKNOWN_COLUMN | 8 | there is no column sq; did you mean seq?",
        "SELECT device FROM (SELECT seq FROM readings) | QUERY_UNKNOWN_COLUMN | 8 | there is no column device: a sub-query has the columns that its SELECT lists",
        "SELECT * FROM (SELECT seq FROM readings ORDER BY seq) | QUERY_UNSUPPORTED | 41 | ORDER BY or LIMIT in a sub-query is not supported: order and limit what comes out in the end",
        "SELECT * FROM (SELECT seq FROM readings LIMIT 5) | QUERY_UNSUPPORTED | 47 | ORDER BY or LIMIT in a sub-query is not supported: order and limit what comes out in the end",
        "SELECT * FROM (SELECT seq FROM readins) | QUERY_UNKNOWN_TABLE | 32 | there is no stream readins; did you mean readings?",
        "SELECT COUNT(*) FROM (SELECT ts + INTERVAL '1' HOUR AS t FROM readings) GROUP BY TUMBLE(t, INTERVAL '10' SECOND) | QUERY_UNSUPPORTED | 82 | TUMBLE over anything but ts is not supported: windows are of event time, which is ts in readings",
        "SELECT COUNT(*) FROM (SELECT DISTINCT device FROM readings) | QUERY_UNSUPPORTED | 1 | grouping a running total, as DISTINCT of groups does, is not supported",
        "SELECT * FROM (SELECT note LIKE 'a', NOW() FROM readings) | QUERY_UNSUPPORTED | 38 | NOW is not supported: a query's result must depend on its events alone, not on when it runs; set \"from\" and \"to\"",
        "WITH RECURSIVE r AS (SELECT seq FROM readings) SELECT * FROM r | QUERY_UNSUPPORTED | 16 | WITH RECURSIVE is not supported"
      })
  void refusalNamesTheConstructAndItsPlace(String sql, String code, int column, String detail) {
    assertThat(refused(sql)).isEqualTo(Problem.at(ProblemCode.valueOf(code), 1, column, detail));
  }

  @Test
  void depthIsBounded() {
    String deep = "readings";
    for (int i = 0; i < 16; i++) {
      deep = "(SELECT * FROM " + deep + ")";
    }
    assertThat(planner.plan("SELECT seq FROM " + deep).names()).containsExactly("seq");
    assertThat(refused("SELECT seq FROM (SELECT * FROM " + deep + ")").detail())
        .isEqualTo("nesting sub-queries more than 16 deep is not supported: write it flatter");
  }

  /** 8 to the power of 10 parts, of a few hundred characters. */
  @Test
  void sizeIsBoundedAsWrittenOut() {
    String query = "readings";
    for (int i = 0; i < 10; i++) {
      query = "(SELECT seq+seq+seq+seq+seq+seq+seq+seq AS seq FROM " + query + ")";
    }
    assertThat(refused("SELECT seq FROM " + query).detail())
        .contains("written out, of more than 100000 parts");
    String most = "(SELECT seq" + "+seq".repeat(200) + " AS seq FROM readings)";
    most = "(SELECT seq" + "+seq".repeat(200) + " AS seq FROM " + most + ")";
    assertThat(planner.plan("SELECT seq FROM " + most).names()).containsExactly("seq");
    StringBuilder with = new StringBuilder("WITH a0 AS (SELECT seq FROM readings)");
    for (int i = 1; i < 40; i++) {
      with.append(
          ", a%1$d AS (SELECT * FROM a%2$d UNION ALL SELECT * FROM a%2$d)".formatted(i, i - 1));
    }
    assertThat(refused(with + " SELECT * FROM a39").code())
        .isEqualTo(ProblemCode.QUERY_UNSUPPORTED);
  }

  private Problem refused(String sql) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> planner.plan(sql));
    return Objects.requireNonNull(e, sql).problem();
  }
}
