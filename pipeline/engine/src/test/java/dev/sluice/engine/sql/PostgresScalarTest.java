package dev.sluice.engine.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.expression.TestColumns;
import dev.sluice.model.event.Column;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.Objects;
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
  static List<String> expressions() throws IOException {
    try (InputStream table =
        Objects.requireNonNull(PostgresScalarTest.class.getResourceAsStream("scalars.txt"))) {
      return new String(table.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
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
