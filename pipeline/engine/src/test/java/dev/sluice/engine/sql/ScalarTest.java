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
        "calibrated IS NULL                               | BOOLEAN | true",
        "SPLIT_INDEX('a,b,,c', ',', 0)                    | STRING  | a",
        "SPLIT_INDEX('a,b,,c', ',', 3)                    | STRING  | c",
        "SPLIT_INDEX('a,b,,c', ',', 4)                    | STRING  | NULL",
        "SPLIT_INDEX('a,b,,c', ',', -1)                   | STRING  | NULL",
        "SPLIT_INDEX('abc', '', 0)                        | STRING  | abc",
        "SPLIT_INDEX('a::b', '::', 1)                     | STRING  | b",
        "CHAR_LENGTH(SPLIT_INDEX('a,b,,c', ',', 2))       | LONG    | 0",
        "SIGN(seq)                                        | LONG    | 1",
        "GREATEST(seq, 7.5, humidity)                     | DOUBLE  | 7.5",
        "LEAST(humidity, humidity)                        | DOUBLE  | NULL",
        "CONCAT(device, CAST(humidity AS VARCHAR), '!')   | STRING  | a!",
        "EXTRACT(HOUR FROM ts)                            | LONG    | 12",
        "HOUR(ts, 'America/New_York')                     | LONG    | 7",
        "HOUR(ts, '+05:30')                               | LONG    | 17",
        "EXTRACT(HOUR FROM AT_ZONE(ts, 'Asia/Tokyo'))     | LONG    | 21",
        "EXTRACT(MILLISECOND FROM ts)                     | LONG    | 123",
        "CAST(CEIL(ts TO DAY) AS VARCHAR)                 | STRING  | 2026-11-21T00:00:00.000Z",
        "CAST(CEIL(ts TO MONTH) AS VARCHAR)               | STRING  | 2026-12-01T00:00:00.000Z",
        "CAST(CEIL(CEIL(ts TO HOUR) TO HOUR) AS VARCHAR)  | STRING  | 2026-11-20T13:00:00.000Z",
        "CAST(DATE_FLOOR('day', ts, 'Europe/Berlin') AS VARCHAR) | STRING | 2026-11-19T23:00:00.000Z",
        "CAST(DATE_FLOOR('day', TIMESTAMP '2026-10-25 00:30:00', 'Atlantic/Azores') AS VARCHAR) | STRING | 2026-10-25T00:00:00.000Z",
        "CAST(DATE_FLOOR('day', TIMESTAMP '2026-10-25 12:00:00', 'Atlantic/Azores') AS VARCHAR) | STRING | 2026-10-25T00:00:00.000Z",
        "CAST(DATE_FLOOR('month', TIMESTAMP '2026-11-20 12:00:00', 'America/Havana') AS VARCHAR) | STRING | 2026-11-01T04:00:00.000Z",
        "CAST(DATE_FLOOR('hour', TIMESTAMP '2026-10-25 01:30:00', 'Europe/Berlin') AS VARCHAR) | STRING | 2026-10-25T01:00:00.000Z",
        "CAST(TIMESTAMP '2026-01-31 10:00:00' + INTERVAL '1' MONTH AS VARCHAR) | STRING | 2026-02-28T10:00:00.000Z",
        "TIMESTAMPDIFF(MONTH, TIMESTAMP '2026-01-31 00:00:00', TIMESTAMP '2026-02-28 00:00:00') | LONG | 0",
        "TIMESTAMPDIFF(YEAR, ts, TIMESTAMP '2020-01-01 00:00:00') | LONG | -6",
        "TIMESTAMPDIFF(HOUR, ts, calibrated)              | LONG    | NULL",
        "UNIX_MILLIS(ts)                                  | LONG    | 1795176000123",
        "CAST(TIMESTAMP_MILLIS(seq) AS VARCHAR)           | STRING  | 1970-01-01T00:00:00.007Z",
        "CAST(TIMESTAMP_SECONDS(seq) AS VARCHAR)          | STRING  | 1970-01-01T00:00:07.000Z",
        "JSON_VALUE('{\"a\":{\"b\":[1,\"x\"]}}', '$.a.b[1]')  | STRING  | x",
        "JSON_VALUE('{\"a\":{\"b c\":-1.50e3}}', '$.a[\"b c\"]') | STRING | -1.50e3",
        "JSON_VALUE('{\"a\":{\"b\":1}}', 'lax $.a[''b'']')  | STRING  | 1",
        "JSON_VALUE('\"x\"', '$')                         | STRING  | x",
        "JSON_VALUE('{\"a\":true}', '$.a')                | STRING  | true",
        "JSON_VALUE('{\"a\":1}', '$.b')                   | STRING  | NULL",
        "JSON_VALUE('{\"a\":[1]}', '$.a')                 | STRING  | NULL",
        "JSON_VALUE('{\"a\":[1]}', '$.a.b')               | STRING  | NULL",
        "JSON_VALUE('{\"a\":null}', '$.a')                | STRING  | NULL",
        "JSON_VALUE('{\"a\":\"\\ud800\"}', '$.a')         | STRING  | NULL",
        "JSON_VALUE('{\"a\":\"\\ud83d\\ude00\"}', '$.a')   | STRING  | 😀",
        "JSON_VALUE('{\"a\":1', '$.a')                    | STRING  | NULL",
        "JSON_VALUE('{\"a\":1} x', '$.a')                 | STRING  | NULL",
        "JSON_VALUE('', '$.a')                            | STRING  | NULL",
        "JSON_VALUE(note, '$.a')                          | STRING  | NULL"
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
        "CAST('yesterday' AS TIMESTAMP) | QUERY_CAST",
        "SQRT(-seq)                     | QUERY_ARGUMENT: SQRT(-7.0) has no value",
        "LN(seq - 7)                    | QUERY_ARGUMENT",
        "POWER(0, -seq)                 | QUERY_ARGUMENT",
        "POWER(-seq, 0.5)               | QUERY_ARGUMENT",
        "POWER(seq, 1000)               | QUERY_OVERFLOW",
        "EXP(seq * 1000)                | QUERY_OVERFLOW",
        "ASIN(seq)                      | QUERY_ARGUMENT",
        "SUBSTRING(note FROM 1 FOR -seq) | QUERY_ARGUMENT",
        "LPAD(note, seq * 1000000)      | QUERY_ARGUMENT: LPAD's length must be at most 65536",
        "REPLACE(LPAD(note, 60000, 'a'), 'a', LPAD(note, 1000)) | QUERY_ARGUMENT",
        "TIMESTAMPADD(YEAR, seq * 1000000000, ts) | QUERY_OVERFLOW",
        "FLOOR(TIMESTAMP_MILLIS(seq - 9223372036854775807) TO WEEK) | QUERY_OVERFLOW",
        "AT_ZONE(TIMESTAMP_MILLIS(9223372036854775800 + seq), 'Asia/Tokyo') | QUERY_OVERFLOW"
      })
  void expressionWithoutAValueIsAProblem(String sql, String problem) {
    Expression expression = expression(sql);
    assertThatThrownBy(() -> expression.evaluate(ROW)).hasMessageStartingWith(problem);
  }

  private Expression expression(String sql) {
    return planner.plan("SELECT " + sql + " AS x FROM readings").plan().output().get(0);
  }
}
