package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.expression.TestColumns;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scalar expressions as SQL, on one row; the rules that are Sluice's own among them. */
class ScalarTest {
  private static final long NOON = Instant.parse("2026-11-20T12:00:00.123Z").toEpochMilli();

  private static final Rows ROW =
      Rows.all(
          new Column[] {
            TestColumns.column(FieldType.STRING, "a"),
            TestColumns.column(FieldType.LONG, 7L),
            TestColumns.column(FieldType.TIMESTAMP, NOON),
            TestColumns.column(FieldType.DOUBLE, 21.5),
            TestColumns.column(FieldType.DOUBLE, (Object) null),
            TestColumns.column(FieldType.BOOLEAN, true),
            TestColumns.column(FieldType.STRING, "Grüße"),
            TestColumns.column(FieldType.TIMESTAMP, (Object) null)
          },
          1);

  private final SqlPlanner planner = new SqlPlanner(new Readings());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "NULL",
      value = {
        "seq / 2                                          | LONG    | 3",
        "-seq / 2                                         | LONG    | -3",
        "-seq % 4                                         | LONG    | -3",
        "MOD(seq, 4)                                      | LONG    | 3",
        "seq * 1.5                                        | DOUBLE  | 10.5",
        "seq + humidity                                   | DOUBLE  | NULL",
        "9223372036854775807                              | LONG    | 9223372036854775807",
        "-9223372036854775808                             | LONG    | -9223372036854775808",
        "1.5                                              | DOUBLE  | 1.5",
        "1e3                                              | DOUBLE  | 1000.0",
        "ROUND(2.5)                                       | DOUBLE  | 2.0",
        "ROUND(-3.5)                                      | DOUBLE  | -4.0",
        "ROUND(2.345, 2)                                  | DOUBLE  | 2.35",
        "ROUND(seq)                                       | LONG    | 7",
        "ROUND(seq, -1)                                   | LONG    | 10",
        "CEIL(temperature)                                | DOUBLE  | 22.0",
        "FLOOR(-temperature)                              | DOUBLE  | -22.0",
        "CAST(temperature AS BIGINT)                      | LONG    | 22",
        "CAST(2.5 AS BIGINT)                              | LONG    | 2",
        "CAST(temperature AS VARCHAR)                     | STRING  | 21.5",
        "CAST(1e20 AS VARCHAR)                            | STRING  | 1e+20",
        "CAST(ts AS VARCHAR)                              | STRING  | 2026-11-20T12:00:00.123Z",
        "CAST(ok AS VARCHAR)                              | STRING  | true",
        "CAST(note AS VARCHAR(3))                         | STRING  | Grü",
        "CAST(' 12 ' AS BIGINT)                           | LONG    | 12",
        "CAST('off' AS BOOLEAN)                           | BOOLEAN | false",
        "CAST('2026-11-20' AS TIMESTAMP) < ts             | BOOLEAN | true",
        "CAST(calibrated AS VARCHAR)                      | STRING  | NULL",
        "ok AND humidity > 1                              | BOOLEAN | NULL",
        "ok OR humidity > 1                               | BOOLEAN | true",
        "humidity BETWEEN 0 AND 100                       | BOOLEAN | NULL",
        "seq IN (1, 7)                                    | BOOLEAN | true",
        "seq IN (1, NULL)                                 | BOOLEAN | NULL",
        "seq NOT IN (1, NULL)                             | BOOLEAN | NULL",
        "device IN ('a ', 'b')                            | BOOLEAN | false",
        "CHAR_LENGTH(CASE WHEN ok THEN 'a' ELSE 'long' END) | LONG  | 1",
        "CAST(ok AS BIGINT)                               | LONG    | 1",
        "CAST(seq AS BOOLEAN)                             | BOOLEAN | true",
        "CASE seq WHEN 7 THEN 1.5 ELSE 2 END              | DOUBLE  | 1.5",
        "COALESCE(humidity, seq, 1)                       | DOUBLE  | 7.0",
        "NULLIF(seq, 7)                                   | LONG    | NULL",
        "NULLIF(device, 'b')                              | STRING  | a",
        "UPPER(note)                                      | STRING  | GRÜßE",
        "CHAR_LENGTH(note)                                | LONG    | 5",
        "SUBSTRING(note FROM 3 FOR 2)                     | STRING  | üß",
        "SUBSTRING(note, -1, 4)                           | STRING  | Gr",
        "TRIM(BOTH 'Ge' FROM note)                        | STRING  | rüß",
        "note LIKE 'G__ße'                                | BOOLEAN | true",
        "ts >= TIMESTAMP '2026-11-20 12:00:00.123'        | BOOLEAN | true",
        "ts > '2026-11-20T13:00:00.123+01:00'             | BOOLEAN | false",
        "ts + INTERVAL '1' DAY > TIMESTAMP '2026-11-21 12:00:00' | BOOLEAN | true",
        "calibrated IS NULL                               | BOOLEAN | true"
      })
  void expressionHasTheValue(String sql, FieldType type, String value) {
    Expression expression = expression(sql);
    assertThat(expression.type()).isEqualTo(type);
    Object computed = TestColumns.values(expression, ROW).get(0);
    assertThat(computed == null ? null : computed.toString()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seq + 9223372036854775807      | QUERY_OVERFLOW: 7 + 9223372036854775807 does not fit a LONG",
        "-9223372036854775808 - seq     | QUERY_OVERFLOW",
        "seq * 9223372036854775807      | QUERY_OVERFLOW",
        "-(seq - 8 - 9223372036854775807) | QUERY_OVERFLOW",
        "ABS(seq - 8 - 9223372036854775807) | QUERY_OVERFLOW",
        "ROUND(seq + 9223372036854775800, -1) | QUERY_OVERFLOW",
        "temperature * 1e308            | QUERY_OVERFLOW: 21.5 * 1.0E308 does not fit a DOUBLE",
        "CAST(temperature * 1e18 AS BIGINT) | QUERY_OVERFLOW",
        "CAST(seq * 1000000000 AS INTEGER) | QUERY_OVERFLOW",
        "CAST(seq * 10000 AS SMALLINT)  | QUERY_OVERFLOW",
        "seq / 0                        | QUERY_DIVISION_BY_ZERO: 7 / 0",
        "seq % (seq - 7)                | QUERY_DIVISION_BY_ZERO",
        "temperature / 0                | QUERY_DIVISION_BY_ZERO",
        "CAST(note AS BIGINT)           | QUERY_CAST: \"Grüße\" cannot be cast to LONG",
        "CAST('1.5' AS BIGINT)          | QUERY_CAST",
        "CAST('' AS BIGINT)             | QUERY_CAST",
        "CAST('NaN' AS DOUBLE)          | QUERY_CAST",
        "CAST('1e400' AS DOUBLE)        | QUERY_CAST",
        "CAST('0x1p3' AS DOUBLE)        | QUERY_CAST",
        "CAST('1f' AS DOUBLE)           | QUERY_CAST",
        "CAST('o' AS BOOLEAN)           | QUERY_CAST",
        "CAST('yesterday' AS TIMESTAMP) | QUERY_CAST"
      })
  void expressionWithoutAValueIsAProblem(String sql, String problem) {
    Expression expression = expression(sql);
    assertThatThrownBy(() -> expression.evaluate(ROW)).hasMessageStartingWith(problem);
  }

  private Expression expression(String sql) {
    return planner.plan("SELECT " + sql + " AS x FROM readings").plan().output().get(0);
  }
}
