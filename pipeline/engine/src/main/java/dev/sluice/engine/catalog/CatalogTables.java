package dev.sluice.engine.catalog;

import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.view.ViewJson;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The statements on the catalog's tables. Each is bounded in time. */
final class CatalogTables {
  /** Schema of the database that all tables are in. */
  static final String SCHEMA = "sluice";

  /** Where changes are announced; the payload is the revision. */
  static final String CHANNEL = "sluice_catalog";

  private static final Logger LOG = LoggerFactory.getLogger(CatalogTables.class);

  private static final String COLUMNS =
      "s.name, s.definition::text AS definition, s.schema_id, s.generation, s.created, s.deleting";

  private static final String STREAMS =
      "SELECT "
          + COLUMNS
          + ", v.definition::text AS view_definition, v.source, v.source_schema, v.source_fields, false AS build"
          + " FROM sluice.streams s LEFT JOIN sluice.views v ON v.name = s.name";

  private final Statements statements;
  private final TableStatements references;
  private final BuildStatements builds;
  private final FeedStatements feeds;
  private final AuditStatements audit;
  private final SchemaStatements schemas;
  private final SchemaIds ids;

  CatalogTables(Duration timeout, SchemaIds ids) {
    this.statements = new Statements(timeout);
    this.references = new TableStatements(statements);
    this.builds = new BuildStatements(statements);
    this.feeds = new FeedStatements(statements);
    this.audit = new AuditStatements(statements);
    this.schemas = new SchemaStatements(statements);
    this.ids = ids;
  }

  /** Those on what is to be told of changes. */
  AuditStatements audit() {
    return audit;
  }

  /** Those on what views feed. */
  FeedStatements feeds() {
    return feeds;
  }

  /** Those on the schemas of streams. */
  SchemaStatements schemas() {
    return schemas;
  }

  /** Those on what takes the place of views. */
  BuildStatements builds() {
    return builds;
  }

  /** Those on reference tables. */
  TableStatements references() {
    return references;
  }

  /**
   * One statement, so that revision and streams fit each other. The tables and the schemas are read
   * after it: a change of them that the revision does not count yet is read again when it is
   * announced.
   */
  Mono<Snapshot> load(Connection connection) {
    Statement statement =
        connection.createStatement(
            "SELECT r.value AS revision, x.* FROM sluice.revision r LEFT JOIN ("
                + STREAMS
                + " UNION ALL "
                + BuildStatements.BUILDS
                + ") x ON NOT x.deleting");
    return statements
        .rows(statement, CatalogTables::loaded)
        .collectList()
        .zipWhen(
            streams -> references.load(connection).zipWhen(tables -> schemas.load(connection)),
            (streams, rest) -> toSnapshot(streams, rest.getT1(), rest.getT2()));
  }

  private record Loaded(long revision, Optional<Found> row, boolean build) {}

  private static Loaded loaded(Readable row) {
    boolean build = Boolean.TRUE.equals(row.get("build", Boolean.class));
    return new Loaded(Statements.number(row, "revision"), shown(row), build);
  }

  private static Snapshot toSnapshot(
      List<Loaded> rows,
      Map<String, CatalogTable> references,
      Map<String, List<SchemaVersion>> schemas) {
    Map<String, CatalogStream> streams = new TreeMap<>();
    Map<String, CatalogView> views = new TreeMap<>();
    Map<String, CatalogView> builds = new TreeMap<>();
    for (Loaded loaded : rows) {
      loaded.row.ifPresent(
          found -> {
            if (!loaded.build) {
              streams.put(found.name(), found.stream());
            }
            if (found.view() != null) {
              (loaded.build ? builds : views).put(found.name(), found.view());
            }
          });
    }
    return new Snapshot(
        rows.get(0).revision(),
        Collections.unmodifiableMap(streams),
        Collections.unmodifiableMap(views),
        Collections.unmodifiableMap(builds),
        references,
        schemas);
  }

  /** A row that cannot be read is left out, and said: the others must go on. */
  private static Optional<Found> shown(Readable row) {
    if (row.get("name") == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(found(row));
    } catch (ProblemException e) {
      LOG.error("unreadable stream in the catalog name={}", row.get("name"), e);
      return Optional.empty();
    }
  }

  /**
   * Waits until no one else declares or deletes this stream or view, then keeps others out until
   * the end of the transaction.
   */
  Mono<Void> lock(Connection connection, String name) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT set_config('lock_timeout', $1, true),"
                        + " pg_advisory_xact_lock(hashtextextended('sluice.stream.' || $2, 0))")
                .bind("$1", statements.timeout().toMillis() + "ms")
                .bind("$2", name),
            row -> true)
        .then();
  }

  /** All of them, in an order that is everybody's: nobody waits for who waits for it. */
  Mono<Void> lock(Connection connection, Set<String> names) {
    return Flux.fromIterable(names).sort().concatMap(name -> lock(connection, name), 1).then();
  }

  Mono<Optional<Found>> find(Connection connection, String name) {
    return statements
        .rows(
            connection.createStatement(STREAMS + " WHERE s.name = $1").bind("$1", name),
            CatalogTables::found)
        .next()
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  /** Counts the change and announces it; others see it with the commit. */
  Mono<Long> nextRevision(Connection connection) {
    return statements
        .rows(
            connection.createStatement(
                "UPDATE sluice.revision SET value = value + 1 RETURNING value,"
                    + " pg_notify('"
                    + CHANNEL
                    + "', value::text)"),
            row -> Statements.number(row, "value"))
        .single();
  }

  Mono<CatalogStream> insert(Connection connection, StreamDefinition stream, long generation) {
    return write(
        connection,
        "INSERT INTO sluice.streams AS s (name, definition, generation, schema_id)"
            + " VALUES ($1, $2::jsonb, $3, $4) RETURNING "
            + COLUMNS,
        stream,
        generation);
  }

  Mono<CatalogStream> update(Connection connection, StreamDefinition stream, long generation) {
    return write(
        connection,
        "UPDATE sluice.streams AS s SET definition = $2::jsonb, generation = $3, schema_id = $4"
            + " WHERE s.name = $1 RETURNING "
            + COLUMNS,
        stream,
        generation);
  }

  /** Keeps its schema too. */
  private Mono<CatalogStream> write(
      Connection connection, String sql, StreamDefinition stream, long generation) {
    return schemaId(connection, stream)
        .flatMap(
            schemaId ->
                statements
                    .rows(
                        connection
                            .createStatement(sql)
                            .bind("$1", stream.name())
                            .bind("$2", StreamJson.toJson(stream).toString())
                            .bind("$3", generation)
                            .bind("$4", schemaId),
                        CatalogTables::stream)
                    .single())
        .flatMap(written -> schemas.keep(connection, written).thenReturn(written));
  }

  /** Names of the views that read a stream or a view, or will. */
  Mono<List<String>> readers(Connection connection, String name) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT s.name FROM sluice.streams s WHERE NOT s.deleting AND s.name IN ("
                        + "SELECT name FROM sluice.views WHERE source = $1 UNION ALL"
                        + " SELECT view FROM sluice.view_builds WHERE source = $1) ORDER BY s.name")
                .bind("$1", name),
            row -> Statements.text(row, "name"))
        .collectList();
  }

  /** What views read a stream or a view, or will, by their names. */
  Mono<List<Map.Entry<String, SourceRead>>> reads(Connection connection, String source) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT s.name, r.source, r.source_schema, r.source_fields FROM sluice.streams s JOIN ("
                        + "SELECT name, source, source_schema, source_fields FROM sluice.views UNION ALL"
                        + " SELECT view, source, source_schema, source_fields FROM sluice.view_builds"
                        + ") r ON r.name = s.name WHERE NOT s.deleting AND r.source = $1 ORDER BY s.name")
                .bind("$1", source),
            row -> Map.entry(Statements.text(row, "name"), reads(row)))
        .collectList();
  }

  /** Beside its result, which is there. */
  Mono<CatalogView> insertView(Connection connection, CatalogView view) {
    return statements
        .change(
            connection
                .createStatement(
                    "INSERT INTO sluice.views (name, definition, source, source_schema, source_fields)"
                        + " VALUES ($1, $2::jsonb, $3, $4, $5)")
                .bind("$1", view.name())
                .bind("$2", ViewJson.toJsonWithSecrets(view.definition()).toString())
                .bind("$3", view.source())
                .bind("$4", view.reads().schema())
                .bind("$5", names(view.reads().fields())))
        .thenReturn(view);
  }

  Mono<CatalogView> updateView(Connection connection, CatalogView view) {
    return statements
        .change(
            connection
                .createStatement(
                    "UPDATE sluice.views SET definition = $2::jsonb, source = $3, source_schema = $4,"
                        + " source_fields = $5 WHERE name = $1")
                .bind("$1", view.name())
                .bind("$2", ViewJson.toJsonWithSecrets(view.definition()).toString())
                .bind("$3", view.source())
                .bind("$4", view.reads().schema())
                .bind("$5", names(view.reads().fields())))
        .thenReturn(view);
  }

  Mono<Void> markDeleting(Connection connection, String name) {
    return change(connection, "UPDATE sluice.streams SET deleting = true WHERE name = $1", name);
  }

  Mono<Void> delete(Connection connection, String name) {
    return change(connection, "DELETE FROM sluice.streams WHERE name = $1", name);
  }

  /** The id of the stream's schema, which is entered where it is new. */
  Mono<Integer> schemaId(Connection connection, StreamDefinition stream) {
    boolean ours = ids == SchemaIds.OWN || stream.foreign() != null;
    return ours ? schemas.number(connection, stream) : schemas.register(connection, stream, ids);
  }

  private Mono<Void> change(Connection connection, String sql, String name) {
    return statements.change(connection.createStatement(sql).bind("$1", name));
  }

  static Found found(Readable row) {
    CatalogStream stream = stream(row);
    String definition = row.get("view_definition", String.class);
    CatalogView view =
        definition == null
            ? null
            : new CatalogView(
                ViewJson.parse(
                    stream.definition().name(), definition.getBytes(StandardCharsets.UTF_8)),
                reads(row),
                stream);
    return new Found(stream, view, Boolean.TRUE.equals(row.get("deleting", Boolean.class)));
  }

  /** As a statement takes them; nothing known is an array that is null. */
  static Parameter names(@Nullable List<String> names) {
    return names == null
        ? Parameters.in(String[].class)
        : Parameters.in(names.toArray(String[]::new));
  }

  private static SourceRead reads(Readable row) {
    String[] fields = row.get("source_fields", String[].class);
    Integer schema = row.get("source_schema", Integer.class);
    return new SourceRead(
        Statements.text(row, "source"),
        schema == null ? SourceRead.ANY : schema,
        fields == null ? null : List.of(fields));
  }

  private static CatalogStream stream(Readable row) {
    String definition = Objects.requireNonNull(row.get("definition", String.class));
    OffsetDateTime created = Objects.requireNonNull(row.get("created", OffsetDateTime.class));
    return new CatalogStream(
        StreamJson.parse(null, definition.getBytes(StandardCharsets.UTF_8)),
        Math.toIntExact(Statements.number(row, "schema_id")),
        Statements.number(row, "generation"),
        created.toInstant());
  }
}
