package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.of;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not run is refused by name and place. */
class RefusalTest {
  private final SqlPlanner planner = new SqlPlanner(new Readings());

  static List<Arguments> refusals() {
    return List.of(
        of("SELECT", "QUERY_SYNTAX", 1, 6, "Encountered \"<EOF>\"."),
        of(
            "SELECT FROM readings",
            "QUERY_SYNTAX",
            1,
            8,
            "Incorrect syntax near the keyword 'FROM'."),
        of(
            "SELECT time FROM timeless",
            "QUERY_SYNTAX",
            1,
            8,
            "time is a reserved word of SQL: if it is a column, put it in double quotes, \"time\" (Encountered \"time FROM\".)"),
        of(
            "SELECT time, 1 FROM timeless",
            "QUERY_SYNTAX",
            1,
            8,
            "time is a reserved word of SQL: if it is a column, put it in double quotes, \"time\" (Encountered \"time ,\".)"),
        of(
            "SELECT a FROM readings WHERE date > 1",
            "QUERY_SYNTAX",
            1,
            30,
            "date is a reserved word of SQL: if it is a column, put it in double quotes, \"date\" (Encountered \"date >\".)"),
        of(
            "SELECT device, temprature FROM readings",
            "QUERY_UNKNOWN_COLUMN",
            1,
            16,
            "readings has no column temprature; did you mean temperature?"),
        of(
            "SELECT x.device FROM readings r",
            "QUERY_UNKNOWN_TABLE",
            1,
            8,
            "x is no table of this query, which reads readings"),
        of(
            "SELECT readings.device FROM readings r",
            "QUERY_UNKNOWN_TABLE",
            1,
            8,
            "readings is no table of this query, which reads readings"),
        of(
            "SELECT r.devise FROM readings r",
            "QUERY_UNKNOWN_COLUMN",
            1,
            10,
            "readings has no column devise; did you mean device?"),
        of(
            "SELECT device FROM readins",
            "QUERY_UNKNOWN_TABLE",
            1,
            20,
            "there is no stream readins; did you mean readings?"),
        of(
            "SELECT device FROM db.readings",
            "QUERY_UNKNOWN_TABLE",
            1,
            20,
            "there is no stream db.readings; did you mean readings?"),
        of(
            "SELECT device FROM readings; SELECT 1",
            "QUERY_UNSUPPORTED",
            1,
            30,
            "a second statement is not supported: send one query, then the next"),
        of(
            "SELECT device FROM readings a JOIN readings b ON a.seq = b.seq",
            "QUERY_UNSUPPORTED",
            1,
            31,
            "JOIN is not supported: a query reads one stream, named after FROM"),
        of(
            "SELECT device FROM readings a, readings b",
            "QUERY_UNSUPPORTED",
            1,
            30,
            "JOIN is not supported: a query reads one stream, named after FROM"),
        of(
            "SELECT device FROM readings UNION SELECT device FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "UNION is not supported: UNION ALL keeps all rows"),
        of(
            "SELECT device FROM readings ORDER BY seq",
            "QUERY_UNSUPPORTED",
            1,
            29,
            "ORDER BY without GROUP BY is not supported: a row leaves as its event comes, and none is waited for"),
        of(
            "SELECT DISTINCT device FROM readings GROUP BY device",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "SELECT DISTINCT with GROUP BY is not supported: groups are distinct: leave DISTINCT out"),
        of(
            "SELECT device FROM readings GROUP BY device ORDER BY seq",
            "QUERY_INVALID",
            1,
            54,
            "Expression 'seq' is not being grouped"),
        of(
            "SELECT (SELECT 1 FROM readings) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "a sub-query as a value is not supported: sub-queries are for FROM"),
        of(
            "SELECT device FROM readings WHERE device IN (SELECT device FROM readings)",
            "QUERY_UNSUPPORTED",
            1,
            46,
            "a sub-query as a value is not supported: list the values in brackets"),
        of(
            "SELECT device FROM readings WHERE EXISTS (SELECT device FROM readings)",
            "QUERY_UNSUPPORTED",
            1,
            35,
            "a sub-query as a value is not supported: sub-queries are for FROM"),
        of(
            "SELECT ROW_NUMBER() OVER (ORDER BY ts) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "OVER is not supported: GROUP BY TUMBLE(…) aggregates over windows of time"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY HOP(ts, INTERVAL '20' SECOND, INTERVAL '10' SECOND)",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "HOP with a slide greater than its size, which leaves events between its windows, is not supported"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY HOP(ts, INTERVAL '0' SECOND, INTERVAL '10' SECOND)",
            "QUERY_INVALID",
            1,
            48,
            "HOP's slide must be 1 ms or more: was INTERVAL '0' SECOND"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY HOP(calibrated, INTERVAL '1' SECOND, INTERVAL '10' SECOND)",
            "QUERY_UNSUPPORTED",
            1,
            44,
            "HOP over calibrated is not supported: windows are of event time, which is ts in readings"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY SESSION(ts, seq)",
            "QUERY_UNSUPPORTED",
            1,
            52,
            "SESSION with a gap that is not a literal is not supported: write INTERVAL '10' SECOND"),
        of(
            "SELECT SESSION_END(ts, INTERVAL '10' SECOND) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "SESSION_END without GROUP BY SESSION(…) is not supported"),
        of(
            "SELECT SESSION_END(ts, INTERVAL '11' SECOND) FROM readings GROUP BY SESSION(ts, INTERVAL '10' SECOND)",
            "QUERY_INVALID",
            1,
            8,
            "SESSION_END must have the arguments of the SESSION in GROUP BY"),
        of(
            "SELECT SESSION_START(ts, INTERVAL '10' SECOND) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "SESSION_START without GROUP BY SESSION(…) is not supported"),
        of(
            "SELECT * FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "HOP without GROUP BY window_start, window_end, which makes rows of it, is not supported"),
        of(
            "SELECT device, COUNT(*) FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) GROUP BY device",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "HOP without window_start or window_end in GROUP BY is not supported"),
        of(
            "SELECT COUNT(*) FROM TABLE(HOP(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)) WHERE window_start > TIMESTAMP '2026-11-20 12:00:00' GROUP BY window_start",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "window_start or window_end as a value before GROUP BY, which gives each window its rows, is not supported"),
        of(
            "SELECT window_start, MAX(window_end) FROM TABLE(SESSION(TABLE readings, DESCRIPTOR(ts), DESCRIPTOR(device), INTERVAL '5' SECOND)) GROUP BY window_start, device",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "window_start or window_end as a value before GROUP BY, which gives each window its rows, is not supported"),
        of(
            "SELECT window_start, COUNT(*) FROM TABLE(SESSION(TABLE readings, DESCRIPTOR(ts), DESCRIPTOR(device), INTERVAL '5' SECOND)) GROUP BY window_start, seq",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "GROUP BY of other columns than the window and SESSION's own DESCRIPTOR is not supported"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(calibrated, INTERVAL '10' SECOND)",
            "QUERY_UNSUPPORTED",
            1,
            47,
            "TUMBLE over calibrated is not supported: windows are of event time, which is ts in readings"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '1' MONTH)",
            "QUERY_UNSUPPORTED",
            1,
            51,
            "TUMBLE of months or years is not supported: windows are of one length: use DAY or shorter"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '0' SECOND)",
            "QUERY_INVALID",
            1,
            51,
            "TUMBLE's size must be 1 ms or more: was INTERVAL '0' SECOND"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, 10)",
            "QUERY_UNSUPPORTED",
            1,
            51,
            "TUMBLE with a size that is not a literal is not supported: write INTERVAL '10' SECOND"),
        of(
            "SELECT COUNT(*) FROM timeless GROUP BY TUMBLE(\"time\", INTERVAL '10' SECOND)",
            "QUERY_UNSUPPORTED",
            1,
            47,
            "TUMBLE over timeless is not supported: the stream has no time column; declare one in its \"time\""),
        of(
            "SELECT CURRENT_TIMESTAMP FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "CURRENT_TIMESTAMP is not supported: a query's result must depend on its events alone, not on when it runs; set \"from\" and \"to\""),
        of(
            "SELECT NOW() FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "NOW is not supported: a query's result must depend on its events alone, not on when it runs; set \"from\" and \"to\""),
        of(
            "SELECT device FROM readings WHERE ts > LOCALTIMESTAMP",
            "QUERY_UNSUPPORTED",
            1,
            40,
            "LOCALTIMESTAMP is not supported: a query's result must depend on its events alone, not on when it runs; set \"from\" and \"to\""),
        of(
            "SELECT STDDEV(DISTINCT seq) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "STDDEV(DISTINCT …) is not supported: COUNT, SUM, AVG, MIN and MAX take DISTINCT"),
        of(
            "SELECT APPROX_PERCENTILE(temperature, humidity) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            39,
            "APPROX_PERCENTILE with a fraction that is not a literal is not supported: write 0.99"),
        of(
            "SELECT APPROX_PERCENTILE(temperature, 99) FROM readings",
            "QUERY_INVALID",
            1,
            39,
            "APPROX_PERCENTILE's fraction must be 0..1: was 99"),
        of(
            "SELECT LISTAGG(note, device) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            22,
            "LISTAGG with a separator that is not a literal is not supported: write LISTAGG(x, ', ')"),
        of(
            "SELECT LISTAGG(note) WITHIN GROUP (ORDER BY seq) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "WITHIN GROUP is not supported: the order is that of the events: by time, then partition, then offset"),
        of(
            "SELECT ARRAY_AGG(seq ORDER BY ts) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            22,
            "ORDER BY in ARRAY_AGG is not supported: the order is that of the events: by time, then partition, then offset"),
        of(
            "SELECT FIRST_VALUE(note) OVER (ORDER BY ts) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "OVER is not supported: GROUP BY TUMBLE(…) aggregates over windows of time"),
        of(
            "INSERT INTO readings VALUES (1)",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "INSERT is not supported: send events to the stream's address instead"),
        of("UPDATE readings SET seq = 1", "QUERY_UNSUPPORTED", 1, 1, "UPDATE is not supported"),
        of("DELETE FROM readings", "QUERY_UNSUPPORTED", 1, 1, "DELETE is not supported"),
        of("CREATE TABLE x (a INT)", "QUERY_UNSUPPORTED", 1, 1, "CREATE TABLE is not supported"),
        of(
            "DROP TABLE readings",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "DROP is not supported: a query is a SELECT"),
        of(
            "EXPLAIN PLAN FOR SELECT * FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            32,
            "EXPLAIN is not supported"),
        of(
            "SELECT device FROM readings LIMIT 3 OFFSET 2",
            "QUERY_UNSUPPORTED",
            1,
            44,
            "OFFSET is not supported: a query starts where \"from\" says"),
        of(
            "SELECT device FROM readings LIMIT 2, 3",
            "QUERY_UNSUPPORTED",
            1,
            35,
            "OFFSET is not supported: a query starts where \"from\" says"),
        of(
            "SELECT device FROM readings OFFSET 3",
            "QUERY_UNSUPPORTED",
            1,
            36,
            "OFFSET is not supported: a query starts where \"from\" says"),
        of(
            "SELECT device FROM readings WHERE seq = ?",
            "QUERY_UNSUPPORTED",
            1,
            41,
            "DYNAMIC PARAM is not supported: write the value into the query"),
        of(
            "SELECT device, seq FROM readings GROUP BY device",
            "QUERY_INVALID",
            1,
            16,
            "Expression 'seq' is not being grouped"),
        of(
            "SELECT device FROM readings WHERE device > 5",
            "QUERY_INVALID",
            1,
            35,
            "cannot compare a STRING with a LONG: CAST one of them"),
        of(
            "SELECT CAST(seq AS DECIMAL(10,2)), 1 FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            20,
            "CAST to DECIMAL(10, 2) is not supported: use one of BIGINT, INTEGER, SMALLINT, DOUBLE, BOOLEAN, VARCHAR, TIMESTAMP"),
        of(
            "SELECT CAST(ok AS TIMESTAMP) FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Cast function cannot convert value of type BOOLEAN to type TIMESTAMP(0) NOT NULL"),
        of(
            "SELECT CAST(ts AS BIGINT) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "CAST of TIMESTAMP to LONG is not supported"),
        of("SELECT RAND() FROM readings", "QUERY_UNSUPPORTED", 1, 8, "RAND is not supported"),
        of("SELECT USER FROM readings", "QUERY_UNSUPPORTED", 1, 8, "USER is not supported"),
        of(
            "SELECT DATE '2020-01-01' FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "a literal of DATE is not supported: use TIMESTAMP '…'"),
        of(
            "SELECT window_start, COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)",
            "QUERY_UNKNOWN_COLUMN",
            1,
            8,
            "readings has no column window_start: with GROUP BY TUMBLE(…) every row has it anyway; elsewhere write TUMBLE_START(…)"),
        of(
            "SELECT seq AS window_start, COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), seq",
            "QUERY_INVALID",
            1,
            8,
            "window_start is the name of the window's own column: call the other one something else"),
        of(
            "SELECT FLOOR(ts TO CENTURY) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "the part CENTURY of a time is not supported"),
        of(
            "SELECT TIMESTAMPADD(DOW, 1, ts) FROM readings",
            "QUERY_INVALID",
            1,
            21,
            "'DOW' is not a valid time frame in 'TIMESTAMPADD'"),
        of(
            "SELECT DATE_TRUNC('dow', ts) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "the unit dow is not supported"),
        of(
            "SELECT HOUR(ts, 'Nowhere/Land') FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "a time zone must be like 'Europe/Berlin', 'UTC' or '+01:00': was 'Nowhere/Land'"),
        of(
            "SELECT 1, REGEXP_LIKE(note, '(') FROM readings",
            "QUERY_INVALID",
            1,
            11,
            "the regular expression is none of RE2's: error parsing regexp: missing closing ): `(`"),
        of(
            "SELECT REGEXP_LIKE(note, '((a{100}){100}){100}') FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "the repetitions of a regular expression must come to at most 10000"),
        of(
            "SELECT REGEXP_LIKE(note, device) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "REGEXP_LIKE with a pattern that is not a literal is not supported"),
        of(
            "SELECT JSON_VALUE(note, '$..a') FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "a path of JSON must be $ and then .name, [\"name\"] or [0], as in $.a.b[0]: was '$..a'"),
        of(
            "SELECT JSON_VALUE(note, '$.a' RETURNING INTEGER) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "JSON_VALUE with RETURNING, ON EMPTY or ON ERROR is not supported: it gives text, and NULL where there is no value: use CAST and COALESCE"),
        of("SELECT (seq, device) FROM readings", "QUERY_UNSUPPORTED", 1, 8, "ROW is not supported"),
        of("SELECT ARRAY[1,2] FROM readings", "QUERY_UNSUPPORTED", 1, 8, "ARRAY is not supported"),
        of(
            "VALUES (1)",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "VALUES is not supported: a query reads one stream, named after FROM"),
        of(
            "SELECT 1",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "SELECT without FROM is not supported: name a stream after FROM"),
        of(
            "SELECT TUMBLE(ts, INTERVAL '10' SECOND) FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Group function '$TUMBLE' can only appear in GROUP BY clause"),
        of(
            "SELECT TUMBLE_START(ts, INTERVAL '10' SECOND) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "TUMBLE_START without GROUP BY TUMBLE(…) is not supported"),
        of(
            "SELECT device FROM readings WHERE COUNT(*) > 1",
            "QUERY_INVALID",
            1,
            35,
            "Aggregate expression is illegal in WHERE clause"),
        of(
            "SELECT SUM(device) FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Cannot apply 'SUM' to arguments of type 'SUM(<VARCHAR>)'. Supported form(s): 'SUM(<NUMERIC>)'"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), TUMBLE(ts, INTERVAL '20' SECOND)",
            "QUERY_UNSUPPORTED",
            1,
            74,
            "more than one window is not supported: ask two queries"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY CUBE(device)",
            "QUERY_UNSUPPORTED",
            1,
            40,
            "CUBE is not supported"),
        of(
            "SELECT COUNT(*) FROM readings GROUP BY GROUPING SETS ((device), ())",
            "QUERY_UNSUPPORTED",
            1,
            40,
            "GROUPING SETS is not supported"),
        of(
            "SELECT device FROM readings TABLESAMPLE BERNOULLI(10)",
            "QUERY_UNSUPPORTED",
            1,
            20,
            "TABLESAMPLE is not supported"),
        of(
            "SELECT device FROM readings FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01 00:00:00'",
            "QUERY_UNSUPPORTED",
            1,
            20,
            "SNAPSHOT is not supported"),
        of(
            "SELECT * FROM readings MATCH_RECOGNIZE (PATTERN (a b) DEFINE a AS a.seq > 1)",
            "QUERY_UNSUPPORTED",
            1,
            24,
            "MATCH RECOGNIZE is not supported"),
        of(
            "SELECT note ILIKE 'a' FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "ILIKE is not supported: use LIKE of UPPER(…)"),
        of(
            "SELECT note SIMILAR TO 'a' FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "SIMILAR TO is not supported"),
        of(
            "SELECT note LIKE 'a\\' FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "a pattern of LIKE must not end with its escape character: write it twice"),
        of(
            "SELECT seq IS DISTINCT FROM 1 FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "IS DISTINCT FROM is not supported: compare with <> and IS NULL"),
        of(
            "SELECT seq = ANY (SELECT 1 FROM readings) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "= SOME is not supported"),
        of(
            "SELECT seq = ANY (ARRAY[1,2]) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "= SOME is not supported"),
        of(
            "SELECT CBRT(seq), SQRT(seq) FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "CBRT is not supported"),
        of(
            "SELECT TIMESTAMP 'garbage' FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Illegal TIMESTAMP literal 'garbage': not in format 'yyyy-MM-dd HH:mm:ss'"),
        of(
            "SELECT device FROM readings WHERE note = 'unterminated",
            "QUERY_SYNTAX",
            1,
            40,
            "Encountered \"= \\'\"."),
        of(
            "SELECT device FROM readings WHERE (seq = 1",
            "QUERY_SYNTAX",
            1,
            42,
            "Encountered \"<EOF>\"."),
        of(
            "SELECT $$ FROM readings",
            "QUERY_UNKNOWN_COLUMN",
            1,
            8,
            "readings has no column $$: its columns are device, seq, ts, temperature, humidity, ok, note, calibrated"),
        of(
            "SELECT a FROM TABLE(JUMP(TABLE readings, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND))",
            "QUERY_UNSUPPORTED",
            1,
            21,
            "the table function JUMP is not supported: there are TUMBLE, HOP, SESSION"),
        of(
            "SELECT a FROM TABLE(TUMBLE(TABLE nope, DESCRIPTOR(ts), INTERVAL '5' SECOND))",
            "QUERY_UNKNOWN_TABLE",
            1,
            34,
            "there is no stream nope: declare it, or look which there are at /v1/streams"),
        of(
            "SELECT * FROM TABLE(TUMBLE(TABLE readings, DESCRIPTOR(calibrated), INTERVAL '5' SECOND))",
            "QUERY_UNSUPPORTED",
            1,
            55,
            "TUMBLE over calibrated is not supported: windows are of event time, which is ts in readings"),
        of(
            "SELECT * FROM TABLE(TUMBLE(DATA => TABLE readings, TIMECOL => DESCRIPTOR(ts), SIZE => INTERVAL '5' SECOND))",
            "QUERY_UNSUPPORTED",
            1,
            21,
            "this form of a table function is not supported: write TABLE(TUMBLE(TABLE stream, DESCRIPTOR(time), INTERVAL '10' SECOND))"),
        of(
            "SELECT ts + seq * INTERVAL '1' MONTH FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "this arithmetic of INTERVALs of months or years is not supported"),
        of(
            "SELECT (ts - calibrated) SECOND FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            8,
            "arithmetic of TIMESTAMP and TIMESTAMP is not supported"),
        of(
            "SELECT INTERVAL '1' SECOND FROM readings",
            "QUERY_UNSUPPORTED",
            1,
            1,
            "a value of type INTERVAL SECOND is not supported"),
        of(
            "SELECT MAX(COUNT(*)) FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Aggregate expressions cannot be nested"),
        of(
            "SELECT device AS d FROM readings WHERE d = 'a'",
            "QUERY_UNKNOWN_COLUMN",
            1,
            40,
            "readings has no column d: its columns are device, seq, ts, temperature, humidity, ok, note, calibrated"),
        of(
            "SELECT device FROM readings AS r(a,b)",
            "QUERY_UNSUPPORTED",
            1,
            34,
            "a list of column aliases after FROM is not supported: rename in the SELECT"),
        of(
            "SELECT * FROM readings NATURAL JOIN readings",
            "QUERY_UNSUPPORTED",
            1,
            32,
            "JOIN is not supported: a query reads one stream, named after FROM"),
        of(
            "SELECT temperature % 2 FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Cannot apply '%' to arguments of type '<DOUBLE> % <INTEGER>'. Supported form(s): '<EXACT_NUMERIC> % <EXACT_NUMERIC>'"),
        of(
            "SELECT seq || 'a' FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Cannot apply '||' to arguments of type '<BIGINT> || <CHAR(1)>'. Supported form(s): '<STRING> || <STRING>' '<EQUIVALENT_TYPE> || <EQUIVALENT_TYPE>'"),
        of(
            "SELECT seq FROM readings WHERE seq",
            "QUERY_INVALID",
            1,
            32,
            "WHERE clause must be a condition"),
        of(
            "SELECT SUM(ok) FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Cannot apply 'SUM' to arguments of type 'SUM(<BOOLEAN>)'. Supported form(s): 'SUM(<NUMERIC>)'"),
        of(
            "SELECT 99999999999999999999999, 1e400 FROM readings",
            "QUERY_INVALID",
            1,
            8,
            "Numeric literal '99999999999999999999999' out of range"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusalNamesTheConstructAndItsPlace(
      String sql, String code, int line, int column, String detail) {
    Problem problem = refused(sql);
    assertThat(problem).isEqualTo(Problem.at(ProblemCode.valueOf(code), line, column, detail));
  }

  @Test
  void placesCountLines() {
    Problem problem = refused("SELECT device,\n  temprature\nFROM readings");
    assertThat(problem.line()).isEqualTo(2);
    assertThat(problem.column()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", ";", " ; ;", "-- SELECT 1", "/* nothing */ ;"})
  void nothingIsMissing(String sql) {
    assertThat(refused(sql).code()).isEqualTo(ProblemCode.QUERY_MISSING);
  }

  @Test
  void lengthIsBoundedInBytes() {
    String query = "SELECT device FROM readings --";
    int room = SqlReader.MAX_BYTES - query.length();
    assertThat(planner.plan(query + "x".repeat(room)).names()).containsExactly("device");
    assertThat(refused(query + "x".repeat(room + 1)).code()).isEqualTo(ProblemCode.QUERY_TOO_LONG);
    assertThat(refused(query + "ß".repeat(room / 2 + 1)).code())
        .isEqualTo(ProblemCode.QUERY_TOO_LONG);
  }

  @Test
  void depthIsBounded() {
    for (String[] nested :
        new String[][] {
          {"(", ")"},
          {"ABS(", ")"},
          {"NOT ", ""},
          {"- ", ""},
          {"1 + ", ""},
          {"CASE WHEN ok THEN ", " END"},
          {"CASE WHEN ", " THEN 1 END"}
        }) {
      for (int depth : new int[] {100, 1_000, 2_000}) {
        Problem problem =
            refusedOrNull(
                "SELECT "
                    + nested[0].repeat(depth)
                    + "seq"
                    + nested[1].repeat(depth)
                    + " FROM readings");
        if (problem != null) {
          assertThat(problem.code())
              .as("%s %s", nested[0], depth)
              .isIn(ProblemCode.QUERY_UNSUPPORTED, ProblemCode.QUERY_INVALID);
        }
      }
    }
    assertThat(refused("SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000)).code())
        .isEqualTo(ProblemCode.QUERY_UNSUPPORTED);
  }

  /** Each level writes its operand out several times: 3 to the power of 30 comparisons. */
  @Test
  void sizeIsBoundedAsWrittenOut() {
    String nested = "seq";
    for (int i = 0; i < 30; i++) {
      nested = "CASE WHEN " + nested + " IN (1, 2, 3) THEN 1 END";
    }
    assertThat(refused("SELECT " + nested + " FROM readings").detail())
        .contains("written out, of more than 100000 parts");
    assertThat(refused("SELECT seq" + ", seq".repeat(512) + " FROM readings").detail())
        .contains("more than 512 columns");
  }

  @Test
  void longListsAndChainsAreNoDepth() {
    StringBuilder list = new StringBuilder("SELECT seq FROM readings WHERE seq IN (0");
    for (int i = 1; i < 2_000; i++) {
      list.append(", ").append(i);
    }
    assertThat(planner.plan(list.append(")").toString()).plan().filter()).isNotNull();
    String chain = "seq = 1" + " OR note = 'x'".repeat(200);
    assertThat(planner.plan("SELECT seq FROM readings WHERE " + chain).plan().filter()).isNotNull();
  }

  private Problem refused(String sql) {
    return Objects.requireNonNull(refusedOrNull(sql), sql);
  }

  private @Nullable Problem refusedOrNull(String sql) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> planner.plan(sql));
    return e == null ? null : e.problem();
  }
}
