package dev.sluice.engine.conformance;

import dev.sluice.embedded.TestServers;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** A schema of the tests' PostgreSQL, with what Sluice has and PostgreSQL lacks put in. */
public final class Postgres implements AutoCloseable {
  private final Connection connection;
  private final String schema;

  public Postgres(String schema) {
    this.schema = schema;
    try {
      URI url = URI.create(TestServers.postgres());
      String[] user = url.getUserInfo().split(":", 2);
      connection =
          DriverManager.getConnection(
              "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
              user[0],
              user[1]);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    execute("SET TIME ZONE 'UTC'");
    execute("SET jit = off");
    // What a test has written need not outlive a crash.
    execute("SET synchronous_commit = off");
    execute("CREATE SCHEMA " + schema);
    execute("SET search_path TO " + schema + ", pg_catalog, pg_temp");
    execute(
        "CREATE FUNCTION round(double precision, integer) RETURNS double precision IMMUTABLE"
            + " LANGUAGE sql AS 'SELECT round($1::text::numeric, $2)::double precision'");
    execute("CREATE AGGREGATE max(boolean) (SFUNC = boolor_statefunc, STYPE = boolean)");
    execute("CREATE AGGREGATE min(boolean) (SFUNC = booland_statefunc, STYPE = boolean)");
  }

  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + sql, e);
    }
  }

  /** A stream's fields as a table's columns. */
  public static String columns(StreamDefinition stream) {
    return stream.fields().stream()
        .map(field -> field.name() + " " + type(field.type()))
        .collect(Collectors.joining(", "));
  }

  private static String type(FieldType type) {
    return switch (type) {
      case STRING -> "text";
      case LONG -> "bigint";
      case DOUBLE -> "double precision";
      case BOOLEAN -> "boolean";
      case TIMESTAMP -> "timestamp(3)";
    };
  }

  /** Fills a table from comma-separated lines: nothing at all is NULL. */
  public void copy(String table, String csv) {
    try {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY " + table + " FROM STDIN (FORMAT csv)", new StringReader(csv));
    } catch (SQLException | IOException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + csv, e);
    }
  }

  /** A value as {@link #copy} takes it. */
  public static String quoted(@Nullable Object value) {
    return value == null ? "" : "\"" + value.toString().replace("\"", "\"\"") + "\"";
  }

  public List<List<@Nullable Object>> query(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      while (results.next()) {
        List<@Nullable Object> row = new ArrayList<>();
        for (int c = 1; c <= results.getMetaData().getColumnCount(); c++) {
          row.add(
              results.getMetaData().getColumnType(c) == Types.TIMESTAMP
                  ? results.getObject(c, LocalDateTime.class)
                  : results.getObject(c));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + sql, e);
    }
  }

  @Override
  public void close() {
    try (connection) {
      execute("DROP SCHEMA " + schema + " CASCADE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
