package dev.sluice.engine.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.expression.TestColumns;
import dev.sluice.model.event.Column;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * PostgreSQL is the rule: every expression has the same value, or fails for the same reason, there
 * and here, row by row. DOUBLEs are equal to 12 digits.
 */
class PostgresScalarTest {
  private static final FieldType[] TYPES =
      Readings.READINGS.fields().stream().map(f -> f.type()).toArray(FieldType[]::new);

  private static final @Nullable Object[][] ROWS = {
    {"a", 1L, 0L, 21.5, 50.0, true, "hello", null},
    {"b", 0L, 1_700_000_000_123L, -2.5, null, false, "", 0L},
    {"abc", -7L, 1_700_000_000_124L, 0.0, 100.0, null, null, 1_700_000_000_124L},
    {"ä", Long.MAX_VALUE, -1L, 1e20, 0.1, true, " 42 ", 5L},
    {"A", Long.MIN_VALUE, 86_400_000L, null, -0.5, false, "1.5e3", null},
    {"z%", 42L, 1L, 123456.789, 3.0, null, "true", 2L},
    {"", 100L, 2L, 1.5, 2.5, true, "Grüße aus Ёлка", 1L},
    {"a b", 3L, 3L, 3.5, 1e-5, false, "10%", 4L},
    {"ABC", 5L, 4L, 1e308, 1e308, true, "  x y ", 4L},
    {"abd", -1L, 5L, -0.1, -7.25, true, "a_b", null},
  };

  private static @Nullable Connection connection;

  /** Where the two languages differ in words: ours, then PostgreSQL's. */
  private static final List<String> EXPRESSIONS =
      List.of(
          // arithmetic
          "seq + 1",
          "seq - 1",
          "seq * 2",
          "seq / 2",
          "seq % 3",
          "-seq",
          "seq / 0",
          "seq % 0",
          "10 / seq",
          "10 % seq",
          "seq * seq",
          "seq - 9223372036854775807",
          "seq / -1",
          "seq % -1",
          "temperature + humidity",
          "temperature - humidity",
          "temperature * humidity",
          "temperature / humidity",
          "temperature / seq",
          "1 / temperature",
          "-temperature",
          "temperature * 1.8 + 32",
          "seq * 1.5",
          "seq + temperature",
          "1e308 * temperature",
          "(seq + 1) * 2 - 3",
          "7 / 2 * 2.0",
          // functions of numbers
          "ABS(seq)",
          "ABS(temperature)",
          "ROUND(temperature)",
          "ROUND(humidity)",
          "FLOOR(temperature)",
          "CEIL(temperature)",
          "FLOOR(humidity)",
          "CEIL(humidity)",
          "ROUND(temperature, 1) | ROUND(temperature::numeric, 1)",
          "ROUND(humidity, 0) | ROUND(humidity::numeric, 0)",
          "ROUND(temperature, -2) | ROUND(temperature::numeric, -2)",
          "ROUND(seq, -2) | ROUND(seq::numeric, -2)::bigint",
          // comparison and logic
          "seq = 1",
          "seq <> 1",
          "seq < 3",
          "seq <= 3",
          "seq > temperature",
          "seq >= 1.5",
          "temperature = 1.5",
          "temperature < humidity",
          "device < 'b'",
          "device >= 'a'",
          "device = note",
          "device < note",
          "device <> 'a'",
          "ok = (seq > 0)",
          "ok < (seq > 0)",
          "ok AND seq > 0",
          "ok OR seq > 0",
          "NOT ok",
          "NOT (ok AND temperature > 1)",
          "ok AND temperature > 1 OR humidity < 1",
          "ok IS TRUE",
          "ok IS NOT TRUE",
          "ok IS FALSE",
          "ok IS NOT FALSE",
          "ok IS NULL",
          "note IS NOT NULL",
          "ok IS UNKNOWN",
          "seq BETWEEN 0 AND 10",
          "humidity NOT BETWEEN 0 AND 10",
          "seq BETWEEN SYMMETRIC 10 AND 0",
          "seq IN (1, 3, 5)",
          "seq NOT IN (1, 3, 5)",
          "seq IN (1, NULL)",
          "seq NOT IN (1, NULL)",
          "note IN ('hello', '10%', '')",
          "temperature IN (1.5, -2.5, 0)",
          "seq <> 0 AND 10 / seq > 1",
          "seq = 0 OR 10 / seq > 1",
          // choices
          "CASE WHEN seq <> 0 THEN 100 / seq END",
          "CASE WHEN ok THEN 'yes' ELSE 'no way' END",
          "CASE device WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 0 END",
          "CASE WHEN temperature > 0 THEN temperature ELSE seq END",
          "CASE WHEN ok THEN 1 WHEN NOT ok THEN 2.5 END",
          "COALESCE(note, device)",
          "COALESCE(temperature, humidity, 0)",
          "COALESCE(humidity, seq)",
          "NULLIF(seq, 0)",
          "10 / NULLIF(seq, 0)",
          "NULLIF(note, '')",
          // text
          "UPPER(note)",
          "LOWER(note)",
          "UPPER(device) || '-' || LOWER(note)",
          "device || note",
          "CHAR_LENGTH(note)",
          "LENGTH(device)",
          "TRIM(note)",
          "TRIM(LEADING FROM note)",
          "TRIM(TRAILING ' y' FROM note)",
          "LTRIM(note)",
          "RTRIM(note)",
          "SUBSTRING(note FROM 2 FOR 3)",
          "SUBSTRING(note FROM 3)",
          "SUBSTRING(note FROM -1 FOR 4)",
          "note LIKE 'h%'",
          "note LIKE '%e%'",
          "note LIKE '_____'",
          "note LIKE '10\\%'",
          "note NOT LIKE '%l%'",
          "note LIKE 'a!_b' ESCAPE '!'",
          "note LIKE 'a_b' ESCAPE ''",
          "note LIKE device || '%'",
          "device LIKE '_'",
          // casts
          "CAST(seq AS VARCHAR)",
          "CAST(temperature AS VARCHAR)",
          "CAST(humidity AS VARCHAR)",
          "CAST(ok AS VARCHAR)",
          "CAST(temperature AS BIGINT)",
          "CAST(humidity AS BIGINT)",
          "CAST(temperature AS INTEGER)",
          "CAST(seq AS INTEGER)",
          "CAST(seq AS SMALLINT)",
          "CAST(seq AS DOUBLE PRECISION)",
          "CAST(note AS BIGINT)",
          "CAST(note AS DOUBLE PRECISION)",
          "CAST(note AS BOOLEAN)",
          "CAST(note AS VARCHAR(3))",
          "CAST(ok AS INTEGER)",
          "CAST(seq / 7.0 AS VARCHAR) | CAST(seq / 7.0::double precision AS VARCHAR)",
          // time
          "ts > TIMESTAMP '2023-11-14 22:13:20.123'",
          "ts = calibrated",
          "ts + INTERVAL '1' MINUTE > calibrated",
          "ts < '1970-01-01 00:00:00.002'",
          "calibrated - INTERVAL '0.003' SECOND < ts",
          // functions of text and numbers
          "SUBSTRING(note FROM seq % 5 FOR 2) | SUBSTRING(note FROM (seq % 5)::int FOR 2)",
          "SUBSTRING(note FROM 1 FOR seq % 5) | SUBSTRING(note FROM 1 FOR (seq % 5)::int)",
          "REPLACE(note, 'l', 'LL')",
          "REPLACE(note, '', 'x')",
          "REPLACE(note, device, '-')",
          "REPLACE(note, ' ', '')",
          "POSITION('e' IN note)",
          "POSITION('' IN note)",
          "POSITION(device IN note)",
          "POSITION('ß' IN note)",
          "LEFT(note, 2)",
          "LEFT(note, -2)",
          "RIGHT(note, 3)",
          "RIGHT(note, -1)",
          "RIGHT(note, seq % 5) | RIGHT(note, (seq % 5)::int)",
          "LPAD(note, 8)",
          "LPAD(note, 3)",
          "LPAD(note, 9, 'xy')",
          "RPAD(note, 9, 'äö')",
          "RPAD(note, -1)",
          "RPAD(note, 9, '')",
          "LTRIM(note, 'h x')",
          "RTRIM(note, 'o y')",
          "CONCAT(device, '/', note)",
          "CONCAT(note)",
          "SPLIT_INDEX(note, ' ', 1) | (string_to_array(note, ' '))[2]",
          "STARTS_WITH(note, 'h')",
          "STARTS_WITH(note, device)",
          "ENDS_WITH(note, 'o') | note LIKE '%o'",
          "REGEXP_LIKE(note, '^[a-z]+$')",
          "REGEXP_LIKE(note, '\\d+%?')",
          "REGEXP_LIKE(note, 'l{2}|x')",
          "REGEXP_LIKE(note, 'Г|ü.e')",
          "POWER(temperature, 2)",
          "POWER(seq, 0.5) | POWER(seq::double precision, 0.5)",
          "POWER(temperature, -1)",
          "SQRT(humidity)",
          "SQRT(seq) | SQRT(seq::double precision)",
          "EXP(humidity)",
          "LN(temperature)",
          "LN(seq) | LN(seq::double precision)",
          "LOG10(humidity) | LOG(humidity)",
          "SIGN(temperature)",
          "SIGN(seq) | SIGN(seq::double precision)",
          "SIN(temperature)",
          "COS(humidity)",
          "TAN(temperature)",
          "ASIN(humidity / 1e308)",
          "ACOS(humidity / 1e308)",
          "ATAN(temperature)",
          "ATAN2(temperature, humidity)",
          "DEGREES(humidity)",
          "RADIANS(temperature)",
          "GREATEST(temperature, humidity)",
          "LEAST(temperature, seq)",
          "GREATEST(note, device)",
          "LEAST(note, device, 'b')",
          "GREATEST(seq, 3)",
          "LEAST(ok, seq > 0)",
          "MOD(seq, 7)",
          // functions of time and JSON
          "EXTRACT(YEAR FROM ts)",
          "EXTRACT(QUARTER FROM ts)",
          "EXTRACT(MONTH FROM ts)",
          "EXTRACT(WEEK FROM ts)",
          "EXTRACT(DAY FROM ts)",
          "EXTRACT(DOW FROM ts)",
          "EXTRACT(ISODOW FROM ts)",
          "EXTRACT(DOY FROM ts)",
          "EXTRACT(ISOYEAR FROM ts)",
          "EXTRACT(HOUR FROM ts)",
          "EXTRACT(MINUTE FROM ts)",
          "EXTRACT(SECOND FROM ts) | FLOOR(EXTRACT(SECOND FROM ts))",
          "EXTRACT(MILLISECOND FROM ts) | EXTRACT(MILLISECONDS FROM ts)",
          "EXTRACT(EPOCH FROM ts) | FLOOR(EXTRACT(EPOCH FROM ts))",
          "YEAR(ts) | EXTRACT(YEAR FROM ts)",
          "MONTH(calibrated) | EXTRACT(MONTH FROM calibrated)",
          "DAYOFWEEK(ts) | EXTRACT(DOW FROM ts) + 1",
          "DAYOFMONTH(ts) | EXTRACT(DAY FROM ts)",
          "HOUR(ts, 'Europe/Berlin') | EXTRACT(HOUR FROM ts AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin')",
          "DAYOFYEAR(ts, 'America/New_York') | EXTRACT(DOY FROM ts AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')",
          "TIMESTAMPDIFF(MINUTE, calibrated, ts) | TRUNC(EXTRACT(EPOCH FROM ts - calibrated) / 60)",
          "TIMESTAMPDIFF(DAY, ts, calibrated) | TRUNC(EXTRACT(EPOCH FROM calibrated - ts) / 86400)",
          "UNIX_MILLIS(DATE_TRUNC('second', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('second', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('minute', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('minute', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('hour', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('hour', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('day', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('day', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('week', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('week', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('month', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('month', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('quarter', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('quarter', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_TRUNC('year', ts)) | (EXTRACT(EPOCH FROM DATE_TRUNC('year', ts)) * 1000)::bigint",
          "UNIX_MILLIS(FLOOR(ts TO HOUR)) | (EXTRACT(EPOCH FROM DATE_TRUNC('hour', ts)) * 1000)::bigint",
          "UNIX_MILLIS(FLOOR(ts TO YEAR)) | (EXTRACT(EPOCH FROM DATE_TRUNC('year', ts)) * 1000)::bigint",
          "UNIX_MILLIS(DATE_FLOOR('day', ts, 'America/New_York')) | (EXTRACT(EPOCH FROM DATE_TRUNC('day', ts AT TIME ZONE 'UTC', 'America/New_York')) * 1000)::bigint",
          "UNIX_MILLIS(DATE_FLOOR('week', ts, 'Asia/Kolkata')) | (EXTRACT(EPOCH FROM DATE_TRUNC('week', ts AT TIME ZONE 'UTC', 'Asia/Kolkata')) * 1000)::bigint",
          "UNIX_MILLIS(AT_ZONE(ts, 'Asia/Kolkata')) | (EXTRACT(EPOCH FROM ts AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Kolkata') * 1000)::bigint",
          "UNIX_MILLIS(ts + INTERVAL '1' MONTH) | (EXTRACT(EPOCH FROM ts + INTERVAL '1' MONTH) * 1000)::bigint",
          "UNIX_MILLIS(ts - INTERVAL '1' YEAR) | (EXTRACT(EPOCH FROM ts - INTERVAL '1' YEAR) * 1000)::bigint",
          "UNIX_MILLIS(ts + seq % 5 * INTERVAL '1' HOUR) | (EXTRACT(EPOCH FROM ts + seq % 5 * INTERVAL '1' HOUR) * 1000)::bigint",
          "UNIX_MILLIS(ts - INTERVAL '1 02:03' DAY TO MINUTE) | (EXTRACT(EPOCH FROM ts - INTERVAL '1 02:03' DAY TO MINUTE) * 1000)::bigint",
          "UNIX_MILLIS(TIMESTAMPADD(MONTH, seq % 5, ts)) | (EXTRACT(EPOCH FROM ts + (seq % 5) * INTERVAL '1 month') * 1000)::bigint",
          "UNIX_MILLIS(TIMESTAMPADD(SECOND, -90, ts)) | (EXTRACT(EPOCH FROM ts - INTERVAL '90 second') * 1000)::bigint",
          "UNIX_MILLIS(GREATEST(calibrated, ts)) | (EXTRACT(EPOCH FROM GREATEST(calibrated, ts)) * 1000)::bigint",
          "UNIX_SECONDS(ts) | FLOOR(EXTRACT(EPOCH FROM ts))",
          "TIMESTAMP_MILLIS(seq % 100) > ts | TIMESTAMP '1970-01-01 00:00:00' + (seq % 100) * INTERVAL '1 millisecond' > ts",
          "JSON_VALUE('{\"a\": [\"' || device || '\", 1.50, true, null]}', '$.a[0]') | JSON_VALUE(('{\"a\": [\"' || device || '\", 1.50, true, null]}')::jsonb, '$.a[0]')",
          "JSON_VALUE('{\"a\": [\"' || device || '\", 1.50, true, null]}', '$.a[1]') | JSON_VALUE(('{\"a\": [\"' || device || '\", 1.50, true, null]}')::jsonb, '$.a[1]')",
          "JSON_VALUE('{\"a\": [\"' || device || '\", 1.50, true, null]}', '$.a[3]') | JSON_VALUE(('{\"a\": [\"' || device || '\", 1.50, true, null]}')::jsonb, '$.a[3]')");

  static List<String> expressions() {
    return EXPRESSIONS;
  }

  @BeforeAll
  static void createTable() throws SQLException {
    URI url = URI.create(TestServers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    connection =
        DriverManager.getConnection(
            "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
            user[0],
            user[1]);
    try (Statement statement = connection().createStatement()) {
      statement.execute(
          "CREATE TEMPORARY TABLE readings (device text COLLATE pg_c_utf8, seq bigint,"
              + " ts timestamp, temperature double precision, humidity double precision,"
              + " ok boolean, note text COLLATE pg_c_utf8, calibrated timestamp, place int)");
    }
    try (PreparedStatement insert =
        connection().prepareStatement("INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (int row = 0; row < ROWS.length; row++) {
        for (int i = 0; i < TYPES.length; i++) {
          insert.setObject(i + 1, forJdbc(TYPES[i], ROWS[row][i]));
        }
        insert.setInt(TYPES.length + 1, row);
        insert.executeUpdate();
      }
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection().close();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void expressionIsWhatPostgresSays(String both) throws SQLException {
    String[] sides = both.split(" \\| ");
    Expression expression =
        new SqlPlanner(new Readings())
            .plan("SELECT " + sides[0] + " AS x FROM readings")
            .plan()
            .output()
            .get(0);
    Column[] columns = new Column[TYPES.length];
    for (int i = 0; i < TYPES.length; i++) {
      Object[] values = new Object[ROWS.length];
      for (int row = 0; row < ROWS.length; row++) {
        values[row] = ROWS[row][i];
      }
      columns[i] = TestColumns.column(TYPES[i], values);
    }
    Rows rows = Rows.all(columns, ROWS.length);
    for (int row = 0; row < ROWS.length; row++) {
      Object here = here(expression, rows.select(new int[] {row}, 1));
      Object there = there(sides[sides.length - 1], row);
      if (here instanceof Number a && there instanceof Number b && !a.equals(b)) {
        double least = 1e-12 * Math.max(Math.abs(a.doubleValue()), Math.abs(b.doubleValue()));
        assertThat(Math.abs(a.doubleValue() - b.doubleValue()))
            .as("%s at row %s: %s here, %s in PostgreSQL", both, row, here, there)
            .isLessThanOrEqualTo(least);
      } else {
        assertThat(here).as("%s at row %s", both, row).isEqualTo(there);
      }
    }
  }

  private static @Nullable Object here(Expression expression, Rows row) {
    try {
      return TestColumns.values(expression, row).get(0);
    } catch (ProblemException e) {
      return e.problem().code().name();
    }
  }

  private static @Nullable Object there(String expression, int row) throws SQLException {
    try (Statement statement = connection().createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT " + expression + " FROM readings WHERE place = " + row)) {
      assertThat(result.next()).isTrue();
      Object value = result.getObject(1);
      return value instanceof Integer i ? (Object) i.longValue() : value;
    } catch (SQLException e) {
      return switch (e.getSQLState()) {
        case "22003" -> "QUERY_OVERFLOW";
        case "22012" -> "QUERY_DIVISION_BY_ZERO";
        case "22P02" -> "QUERY_CAST";
        case "22011", "2201E", "2201F" -> "QUERY_ARGUMENT";
        default -> throw e;
      };
    }
  }

  private static @Nullable Object forJdbc(FieldType type, @Nullable Object value) {
    return value instanceof Long millis && type == FieldType.TIMESTAMP
        ? LocalDateTime.ofEpochSecond(
            Math.floorDiv(millis, 1_000),
            (int) Math.floorMod(millis, 1_000L) * 1_000_000,
            ZoneOffset.UTC)
        : value;
  }

  private static Connection connection() {
    if (connection == null) {
      throw new IllegalStateException("not connected");
    }
    return connection;
  }
}
