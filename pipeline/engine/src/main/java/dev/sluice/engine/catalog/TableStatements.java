package dev.sluice.engine.catalog;

import dev.sluice.engine.table.Identifiers;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.table.TableDefinition;
import dev.sluice.model.table.TableJson;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The statements on reference tables' definitions. Each is bounded in time. */
final class TableStatements {
  private static final Logger LOG = LoggerFactory.getLogger(TableStatements.class);
  private static final String COLUMNS = "name, definition::text AS definition, generation, created";

  private final Statements statements;

  TableStatements(Statements statements) {
    this.statements = statements;
  }

  /** All tables by name. One that cannot be read is left out, and said. */
  Mono<Map<String, CatalogTable>> load(Connection connection) {
    return statements
        .rows(
            connection.createStatement("SELECT " + COLUMNS + " FROM sluice.reference_tables"),
            TableStatements::shown)
        .collectList()
        .map(
            found -> {
              Map<String, CatalogTable> tables = new TreeMap<>();
              found.forEach(one -> one.ifPresent(table -> tables.put(table.name(), table)));
              return Collections.unmodifiableMap(tables);
            });
  }

  private static Optional<CatalogTable> shown(Readable row) {
    try {
      return Optional.of(table(row));
    } catch (ProblemException e) {
      LOG.error("unreadable table in the catalog name={}", row.get("name"), e);
      return Optional.empty();
    }
  }

  Mono<Optional<CatalogTable>> find(Connection connection, String name) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT " + COLUMNS + " FROM sluice.reference_tables WHERE name = $1")
                .bind("$1", name),
            TableStatements::table)
        .next()
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  /** Whether PostgreSQL has a table of the name, whoever made it. */
  Mono<Boolean> isThere(Connection connection, String name) {
    return statements
        .rows(
            connection
                .createStatement("SELECT to_regclass($1) IS NOT NULL AS there")
                .bind("$1", Identifiers.reference(name)),
            row -> Boolean.TRUE.equals(row.get("there", Boolean.class)))
        .single();
  }

  /** Makes the table, and has it say what is changed in it. */
  Mono<CatalogTable> create(Connection connection, TableDefinition table, long generation) {
    String name = Identifiers.reference(table.name());
    String columns =
        table.fields().stream().map(TableStatements::column).collect(Collectors.joining(", "));
    String key = table.key().stream().map(Identifiers::column).collect(Collectors.joining(", "));
    return all(
            connection,
            List.of(
                "CREATE TABLE " + name + " (" + columns + ", PRIMARY KEY (" + key + "))",
                trigger(name, key, "INSERT", "REFERENCING NEW TABLE AS added "),
                trigger(
                    name, key, "UPDATE", "REFERENCING OLD TABLE AS removed NEW TABLE AS added "),
                trigger(name, key, "DELETE", "REFERENCING OLD TABLE AS removed "),
                trigger(name, key, "TRUNCATE", "")))
        .then(Mono.defer(() -> insert(connection, table, generation)));
  }

  private static String trigger(String table, String key, String event, String rows) {
    return "CREATE TRIGGER sluice_"
        + event.toLowerCase(Locale.ROOT)
        + " AFTER "
        + event
        + " ON "
        + table
        + " "
        + rows
        + "FOR EACH STATEMENT EXECUTE FUNCTION sluice.table_changed('"
        + key
        + "')";
  }

  private Mono<CatalogTable> insert(Connection connection, TableDefinition table, long generation) {
    return statements
        .rows(
            connection
                .createStatement(
                    "INSERT INTO sluice.reference_tables (name, definition, generation)"
                        + " VALUES ($1, $2::jsonb, $3) RETURNING "
                        + COLUMNS)
                .bind("$1", table.name())
                .bind("$2", TableJson.toJson(table).toString())
                .bind("$3", generation),
            TableStatements::table)
        .single();
  }

  /** Adds the fields. */
  Mono<CatalogTable> change(
      Connection connection, TableDefinition table, List<Field> added, long generation) {
    return all(
            connection,
            added.stream()
                .map(
                    field ->
                        "ALTER TABLE "
                            + Identifiers.reference(table.name())
                            + " ADD COLUMN "
                            + column(field))
                .toList())
        .thenMany(
            Flux.defer(
                () ->
                    statements.rows(
                        connection
                            .createStatement(
                                "UPDATE sluice.reference_tables"
                                    + " SET definition = $2::jsonb, generation = $3"
                                    + " WHERE name = $1 RETURNING "
                                    + COLUMNS)
                            .bind("$1", table.name())
                            .bind("$2", TableJson.toJson(table).toString())
                            .bind("$3", generation),
                        TableStatements::table)))
        .single();
  }

  /** Names of the views that join the table, which keep it from being deleted. */
  Mono<List<String>> readers(Connection connection, String name) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT DISTINCT j.view FROM sluice.view_joins j JOIN sluice.streams s ON s.name = j.view"
                        + " WHERE j.table_name = $1 AND NOT s.deleting ORDER BY j.view")
                .bind("$1", name),
            row -> Objects.requireNonNull(row.get("view", String.class)))
        .collectList();
  }

  /** Notes that a view joins a table; whether the table is still that one. */
  Mono<Boolean> join(Connection connection, CatalogView view, CatalogTable table) {
    return statements
        .rows(
            connection
                .createStatement(
                    "INSERT INTO sluice.view_joins (view, generation, table_name)"
                        + " SELECT $1, $4, name FROM sluice.reference_tables"
                        + " WHERE name = $2 AND generation = $3"
                        + " ON CONFLICT (view, generation, table_name) DO UPDATE SET view = excluded.view"
                        + " RETURNING table_name")
                .bind("$1", view.name())
                .bind("$2", table.name())
                .bind("$3", table.generation())
                .bind("$4", view.generation()),
            row -> true)
        .next()
        .defaultIfEmpty(false);
  }

  /** Of views that are being deleted too: nobody reads for those. */
  Mono<Void> drop(Connection connection, String name) {
    return statements
        .change(
            connection
                .createStatement("DELETE FROM sluice.view_joins WHERE table_name = $1")
                .bind("$1", name))
        .then(
            Mono.defer(
                () ->
                    statements.change(
                        connection
                            .createStatement("DELETE FROM sluice.reference_tables WHERE name = $1")
                            .bind("$1", name))))
        .then(
            Mono.defer(
                () ->
                    statements.change(
                        connection.createStatement(
                            "DROP TABLE IF EXISTS " + Identifiers.reference(name)))));
  }

  private static String column(Field field) {
    String name = Identifiers.column(field.name());
    return name
        + " "
        + Identifiers.referenceType(field.type())
        + (field.nullable() ? "" : " NOT NULL")
        + bound(field.type(), name);
  }

  /** What PostgreSQL has and Sluice has not. */
  private static String bound(FieldType type, String name) {
    return switch (type) {
      case STRING, LONG, BOOLEAN -> "";
      case DOUBLE -> " CHECK (" + name + " > '-Infinity' AND " + name + " < 'Infinity')";
      case TIMESTAMP -> " CHECK (isfinite(" + name + "))";
    };
  }

  private Mono<Void> all(Connection connection, List<String> sqls) {
    return Flux.fromIterable(sqls)
        .concatMap(sql -> statements.change(connection.createStatement(sql)), 1)
        .then();
  }

  private static CatalogTable table(Readable row) {
    String name = Objects.requireNonNull(row.get("name", String.class));
    String definition = Objects.requireNonNull(row.get("definition", String.class));
    return new CatalogTable(
        TableJson.parse(name, definition.getBytes(StandardCharsets.UTF_8)),
        Objects.requireNonNull(row.get("generation", Long.class)),
        Objects.requireNonNull(row.get("created", OffsetDateTime.class)).toInstant());
  }
}
