package dev.sluice.engine.catalog;

import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.StreamDefinition;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The statements on the schemas that streams have and had. */
final class SchemaStatements {
  private static final String VERSIONS =
      "SELECT x.stream, c.id, c.version, c.subject, c.definition, x.since FROM ("
          + "SELECT stream, schema_id, since FROM sluice.stream_schemas UNION"
          // The results of views, which have one schema each.
          + " SELECT s.name, s.schema_id, s.created FROM sluice.streams s WHERE NOT EXISTS ("
          + "SELECT FROM sluice.stream_schemas h WHERE h.stream = s.name AND h.schema_id = s.schema_id)"
          + ") x JOIN sluice.schemas c ON c.id = x.schema_id";

  /** What is there already has its id. */
  private static final String SAME =
      " ON CONFLICT (subject, definition) DO UPDATE SET subject = excluded.subject RETURNING id";

  private final Statements statements;

  /** A schema of an id never changes, and is parsed once. Those of streams that are there. */
  private final Map<Integer, List<Field>> parsed = new ConcurrentHashMap<>();

  SchemaStatements(Statements statements) {
    this.statements = statements;
  }

  /** Those of all streams and views, by their names. */
  Mono<Map<String, List<SchemaVersion>>> load(Connection connection) {
    return read(connection.createStatement(VERSIONS + " ORDER BY x.stream, c.version"))
        .collectList()
        .map(
            found -> {
              Map<String, List<SchemaVersion>> schemas = new TreeMap<>();
              found.forEach(
                  one ->
                      schemas.computeIfAbsent(one.stream, s -> new ArrayList<>()).add(one.version));
              parsed
                  .keySet()
                  .retainAll(
                      found.stream().map(one -> one.version.id()).collect(Collectors.toSet()));
              return Collections.unmodifiableMap(schemas);
            });
  }

  /** Those of one, in the order of their versions. */
  Mono<List<SchemaVersion>> of(Connection connection, String stream) {
    return read(connection
            .createStatement(VERSIONS + " WHERE x.stream = $1 ORDER BY c.version")
            .bind("$1", stream))
        .map(Named::version)
        .collectList();
  }

  /** The text of one, whoever has it or had it. */
  Mono<Optional<String>> find(Connection connection, int id) {
    return statements
        .rows(
            connection
                .createStatement("SELECT definition FROM sluice.schemas WHERE id = $1")
                .bind("$1", id),
            row -> Optional.of(Statements.text(row, "definition")))
        .next()
        .defaultIfEmpty(Optional.empty());
  }

  /** The id of the stream's schema, which is a new one if it was none before. */
  Mono<Integer> number(Connection connection, StreamDefinition stream) {
    return statements
        .rows(
            connection
                .createStatement(
                    "INSERT INTO sluice.schemas (subject, version, definition)"
                        + " SELECT $1, 1 + coalesce(max(version), 0), $2 FROM sluice.schemas WHERE subject = $1"
                        + SAME)
                .bind("$1", subject(stream))
                .bind("$2", StreamSchema.of(stream).toString()),
            row -> Math.toIntExact(Statements.number(row, "id")))
        .single();
  }

  /**
   * The same, with an id that is given elsewhere. A registry gives equal texts one id, whatever
   * their subjects; so the text names the topic.
   */
  Mono<Integer> register(Connection connection, StreamDefinition stream, SchemaIds ids) {
    Schema schema = StreamSchema.of(stream);
    schema.addProp("topic", stream.topic());
    String definition = schema.toString();
    return ids.of(subject(stream), definition)
        .flatMap(
            given ->
                keep(connection, given, subject(stream), definition)
                    .filter(given::equals)
                    .switchIfEmpty(Mono.error(() -> taken(stream, given))));
  }

  private Mono<Integer> keep(Connection connection, int id, String subject, String definition) {
    return statements
        .rows(
            connection
                .createStatement(
                    "INSERT INTO sluice.schemas (id, subject, version, definition)"
                        + " SELECT $3, $1, (SELECT 1 + coalesce(max(version), 0) FROM sluice.schemas"
                        + " WHERE subject = $1), $2 WHERE NOT EXISTS (SELECT FROM sluice.schemas"
                        + " WHERE id = $3 AND (subject, definition) <> ($1, $2))"
                        + SAME)
                .bind("$1", subject)
                .bind("$2", definition)
                .bind("$3", id),
            row -> Math.toIntExact(Statements.number(row, "id")))
        .next();
  }

  private static RuntimeException taken(StreamDefinition stream, int id) {
    return Problem.of(
            ProblemCode.STREAM_INCOMPATIBLE,
            "the schema registry gives the schema of %s the id %d, but records here have that id for another schema, or another id for this one: the ids of all streams must come from one registry, from the first stream on"
                .formatted(stream.name(), id))
        .toException();
  }

  private static String subject(StreamDefinition stream) {
    return stream.topic() + "-value";
  }

  /** Has records of the stream be of its schema from now on. */
  Mono<Void> keep(Connection connection, CatalogStream stream) {
    return statements.change(
        connection
            .createStatement(
                "INSERT INTO sluice.stream_schemas (stream, schema_id) VALUES ($1, $2)"
                    + " ON CONFLICT DO NOTHING")
            .bind("$1", stream.definition().name())
            .bind("$2", stream.schemaId()));
  }

  private record Named(String stream, SchemaVersion version) {}

  private Flux<Named> read(Statement statement) {
    return statements.rows(statement, this::named);
  }

  private Named named(Readable row) {
    int id = Math.toIntExact(Statements.number(row, "id"));
    String schema = Statements.text(row, "definition");
    SchemaVersion version =
        new SchemaVersion(
            id,
            Math.toIntExact(Statements.number(row, "version")),
            Statements.text(row, "subject"),
            schema,
            parsed.computeIfAbsent(
                id, key -> StreamSchema.fields(new Schema.Parser().parse(schema))),
            Objects.requireNonNull(row.get("since", OffsetDateTime.class)).toInstant());
    return new Named(Statements.text(row, "stream"), version);
  }
}
