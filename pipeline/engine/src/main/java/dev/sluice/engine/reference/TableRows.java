package dev.sluice.engine.reference;

import dev.sluice.engine.catalog.CatalogConnections;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.table.TableDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of reference tables, as PostgreSQL has them. */
public final class TableRows implements AutoCloseable {
  private static final int CONNECTIONS = 2;
  private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(30);

  private final CatalogConnections connections;

  public TableRows(CatalogSettings settings) {
    connections = new CatalogConnections(settings, "tables", CONNECTIONS, STATEMENT_TIMEOUT);
  }

  /**
   * How large a table is.
   *
   * @param bytes on PostgreSQL's disk, with its index
   */
  public record Size(long rows, long bytes) {}

  /**
   * Puts rows in, in place of those that have their keys: all of them, or none.
   *
   * @return how many rows were put; fails with TABLE_ROW_INVALID, FRAME_… or CATALOG_UNAVAILABLE
   */
  public Mono<Long> put(CatalogTable table, byte[] json, FrameFormat format) {
    TableDefinition of = table.definition();
    return Mono.fromCallable(() -> RowReader.rows(of, json, format))
        .flatMap(rows -> change(new TableSql(of).upsert(), of.fields(), rows));
  }

  /**
   * Deletes the rows of some keys.
   *
   * @return how many there were; fails as {@link #put} does
   */
  public Mono<Long> delete(CatalogTable table, byte[] json) {
    TableDefinition of = table.definition();
    return Mono.fromCallable(() -> RowReader.keys(of, json))
        .flatMap(keys -> change(new TableSql(of).delete(), of.keyFields(), keys));
  }

  private Mono<Long> change(String sql, List<Field> fields, List<@Nullable Object[]> rows) {
    return rows.isEmpty()
        ? Mono.just(0L)
        : connections
            .inTransaction(connection -> changed(connection, sql, fields, rows))
            .onErrorMap(R2dbcDataIntegrityViolationException.class, TableRows::refused);
  }

  private static Mono<Long> changed(
      Connection connection, String sql, List<Field> fields, List<@Nullable Object[]> rows) {
    Statement statement = connection.createStatement(sql);
    for (int f = 0; f < fields.size(); f++) {
      statement.bind(f, column(fields.get(f).type(), rows, f));
    }
    return Flux.from(statement.execute())
        .concatMap(Result::getRowsUpdated, 1)
        .reduce(0L, Long::sum)
        .onErrorMap(R2dbcDataIntegrityViolationException.class, TableRows::refused);
  }

  /** PostgreSQL has rules of its own, if somebody gave it some. */
  private static RuntimeException refused(R2dbcDataIntegrityViolationException cause) {
    return Problem.of(
            ProblemCode.TABLE_ROW_INVALID,
            "PostgreSQL refuses a row, and nothing was changed: " + cause.getMessage())
        .toException(cause);
  }

  private static Object column(FieldType type, List<@Nullable Object[]> rows, int field) {
    @Nullable Object[] column =
        switch (type) {
          case STRING -> new @Nullable String[rows.size()];
          case LONG -> new @Nullable Long[rows.size()];
          case DOUBLE -> new @Nullable Double[rows.size()];
          case BOOLEAN -> new @Nullable Boolean[rows.size()];
          case TIMESTAMP -> new @Nullable OffsetDateTime[rows.size()];
        };
    for (int row = 0; row < column.length; row++) {
      column[row] = rows.get(row)[field];
    }
    return column;
  }

  /**
   * Some rows in the order of their keys: values by the names of the fields, times as ISO instants.
   *
   * @param limit at most so many
   */
  public Mono<List<Map<String, @Nullable Object>>> some(CatalogTable table, int limit) {
    List<Field> fields = table.definition().fields();
    return connections.using(
        connection ->
            Flux.from(
                    connection
                        .createStatement(new TableSql(table.definition()).some())
                        .bind(0, limit)
                        .execute())
                .concatMap(result -> result.map(row -> values(fields, row)), 1)
                .collectList());
  }

  private static Map<String, @Nullable Object> values(List<Field> fields, Readable row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Field field : fields) {
      Object value =
          switch (field.type()) {
            case STRING -> row.get(field.name(), String.class);
            case LONG -> row.get(field.name(), Long.class);
            case DOUBLE -> row.get(field.name(), Double.class);
            case BOOLEAN -> row.get(field.name(), Boolean.class);
            case TIMESTAMP -> row.get(field.name(), OffsetDateTime.class);
          };
      values.put(
          field.name(), value instanceof OffsetDateTime time ? time.toInstant().toString() : value);
    }
    return values;
  }

  /** How large a table is in PostgreSQL. */
  public Mono<Size> size(CatalogTable table) {
    return connections.using(
        connection ->
            Flux.from(connection.createStatement(new TableSql(table.definition()).size()).execute())
                .concatMap(
                    result ->
                        result.map(
                            row ->
                                new Size(
                                    Objects.requireNonNull(row.get("rows", Long.class)),
                                    Objects.requireNonNull(row.get("bytes", Long.class)))),
                    1)
                .single());
  }

  @Override
  public void close() {
    connections.close();
  }
}
