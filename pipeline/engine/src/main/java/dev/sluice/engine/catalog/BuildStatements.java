package dev.sluice.engine.catalog;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.table.Identifiers;
import dev.sluice.engine.table.PostgresTimes;
import dev.sluice.engine.table.RowCopy;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import dev.sluice.model.view.ViewJson;
import io.r2dbc.spi.Connection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The statements on what takes the place of views. */
record BuildStatements(Statements statements) {
  /** As rows of streams are selected. */
  static final String BUILDS =
      "SELECT b.view AS name, b.stream::text AS definition, b.schema_id, b.generation, b.created,"
          + " s.deleting, b.definition::text AS view_definition, b.source, b.source_schema, b.source_fields, true AS build"
          + " FROM sluice.view_builds b JOIN sluice.streams s ON s.name = b.view";

  /** Readers of a table keep it as it is, and whoever waits for them keeps new ones waiting. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** All rows of a table, which are read no faster than the log takes them. */
  private static final Duration COPYING = Duration.ofMinutes(10);

  Mono<Optional<CatalogView>> find(Connection connection, String view) {
    return statements
        .rows(
            connection.createStatement(BUILDS + " WHERE b.view = $1").bind("$1", view),
            CatalogTables::found)
        .next()
        .map(Found::requireView)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  Mono<Integer> nextNumber(Connection connection) {
    return statements
        .rows(
            connection.createStatement("SELECT nextval('sluice.view_build_numbers') AS number"),
            row -> Math.toIntExact(Statements.number(row, "number")))
        .single();
  }

  Mono<CatalogView> insert(
      Connection connection,
      PlannedView view,
      StreamDefinition result,
      int schema,
      long generation) {
    return statements
        .change(
            connection
                .createStatement(
                    "INSERT INTO sluice.view_builds (view, definition, source, stream, schema_id, generation,"
                        + " source_schema, source_fields) VALUES ($1, $2::jsonb, $3, $4::jsonb, $5, $6, $7, $8)")
                .bind("$1", view.name())
                .bind("$2", ViewJson.toJsonWithSecrets(view.view()).toString())
                .bind("$3", view.source().definition().name())
                .bind("$4", StreamJson.toJson(result).toString())
                .bind("$5", schema)
                .bind("$6", generation)
                .bind("$7", view.reads().schema())
                .bind("$8", CatalogTables.names(view.reads().fields())))
        .then(Mono.defer(() -> find(connection, view.name())))
        .map(Optional::orElseThrow);
  }

  Mono<Void> update(Connection connection, CatalogView build) {
    return statements.change(
        connection
            .createStatement(
                "UPDATE sluice.view_builds SET definition = $2::jsonb, stream = $3::jsonb WHERE view = $1")
            .bind("$1", build.name())
            .bind("$2", ViewJson.toJsonWithSecrets(build.definition()).toString())
            .bind("$3", StreamJson.toJson(build.stream().definition()).toString()));
  }

  Mono<Void> delete(Connection connection, String view) {
    return statements.change(
        connection
            .createStatement("DELETE FROM sluice.view_builds WHERE view = $1")
            .bind("$1", view));
  }

  /** Has a build's result be the view's. */
  Mono<Void> replaceStream(Connection connection, CatalogStream result) {
    return statements.change(
        connection
            .createStatement(
                "UPDATE sluice.streams SET definition = $2::jsonb, schema_id = $3, generation = $4,"
                    + " created = $5 WHERE name = $1")
            .bind("$1", result.definition().name())
            .bind("$2", StreamJson.toJson(result.definition()).toString())
            .bind("$3", result.schemaId())
            .bind("$4", result.generation())
            .bind("$5", result.created()));
  }

  /** Has tables that a view of a generation joined be of no use to it any more. */
  Mono<Void> unjoin(Connection connection, CatalogView view) {
    return statements.change(
        connection
            .createStatement("DELETE FROM sluice.view_joins WHERE view = $1 AND generation = $2")
            .bind("$1", view.name())
            .bind("$2", view.generation()));
  }

  /** Notes that nobody sees a result any more. */
  Mono<Void> leave(Connection connection, CatalogStream stream) {
    return statements.change(
        connection
            .createStatement(
                "INSERT INTO sluice.left_streams (generation, name, definition) VALUES ($1, $2, $3::jsonb)")
            .bind("$1", stream.generation())
            .bind("$2", stream.definition().name())
            .bind("$3", StreamJson.toJson(stream.definition()).toString()));
  }

  /** Names of results that nobody has seen for so long. */
  Mono<List<String>> leftFor(Connection connection, Duration longerThan) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT DISTINCT name FROM sluice.left_streams"
                        + " WHERE since < now() - $1 * INTERVAL '1 second'")
                .bind("$1", longerThan.toSeconds()),
            row -> Statements.text(row, "name"))
        .collectList();
  }

  Mono<List<StreamDefinition>> left(Connection connection, String name) {
    return statements
        .rows(
            connection
                .createStatement("SELECT definition::text FROM sluice.left_streams WHERE name = $1")
                .bind("$1", name),
            row ->
                StreamJson.parse(
                    name, Statements.text(row, "definition").getBytes(StandardCharsets.UTF_8)))
        .collectList();
  }

  Mono<Void> forgetLeft(Connection connection, String name) {
    return statements.change(
        connection
            .createStatement("DELETE FROM sluice.left_streams WHERE name = $1")
            .bind("$1", name));
  }

  /** Whether a view's table has rows that need what was before a time, ms of the epoch. */
  Mono<Boolean> hasRowsBefore(Connection connection, CatalogView view, long time) {
    String table = Identifiers.table(view.name());
    String condition =
        switch (view.kind()) {
          case TOTAL -> " WHERE $1::timestamptz IS NOT NULL";
          case DERIVED -> " WHERE _time < $1";
          case WINDOWED ->
              view.stream().definition().indexOf("window_start") < 0
                  ? " WHERE _time < $1"
                  : " WHERE window_start < $1";
        };
    return statements
        .rows(
            connection
                .createStatement("SELECT to_regclass($1) IS NOT NULL AS there")
                .bind("$1", table),
            row -> Boolean.TRUE.equals(row.get("there", Boolean.class)))
        .single()
        .filter(there -> there)
        .flatMap(
            there ->
                statements
                    .rows(
                        connection
                            .createStatement("SELECT 1 FROM " + table + condition + " LIMIT 1")
                            .bind("$1", PostgresTimes.of(time)),
                        row -> true)
                    .next())
        .defaultIfEmpty(false);
  }

  /** Whether a view's table has all rows up to a watermark. */
  Mono<Boolean> isTableAt(Connection connection, CatalogView view, long watermark) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT min(coalesce(o.watermark, $3)) >= $2 AS there"
                        + " FROM sluice.view_offsets o JOIN sluice.view_tables t USING (generation)"
                        + " WHERE generation = $1 AND t.built")
                .bind("$1", view.generation())
                .bind("$2", watermark)
                .bind("$3", Long.MIN_VALUE),
            row -> Boolean.TRUE.equals(row.get("there", Boolean.class)))
        .single();
  }

  /**
   * The rows of a view's table whose windows start before a time.
   *
   * @param start column of windows' starts
   */
  Flux<List<LogRecord>> rows(Connection connection, RowCopy copy, int start, Instant before) {
    Statements patient = new Statements(COPYING);
    return statements
        .rows(
            connection
                .createStatement("SELECT set_config('statement_timeout', $1, true)")
                .bind("$1", COPYING.toMillis() + "ms"),
            row -> true)
        .thenMany(
            Flux.defer(
                () ->
                    copy.records(
                        connection
                            .createStatement(copy.sql(start))
                            .bind("$1", PostgresTimes.of(before.toEpochMilli())),
                        patient::rows)));
  }

  /**
   * Whether the table of a build has come as far as the view's.
   *
   * @param ends offsets that it must have come to, of each partition
   * @param exact whether it must have come to the times that the view's has
   */
  Mono<Boolean> isTableReady(
      Connection connection, CatalogView build, List<Long> ends, boolean exact) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT 1 AS ready FROM sluice.view_tables t WHERE t.generation = $1"
                        + " AND NOT EXISTS (SELECT FROM sluice.view_offsets o WHERE o.generation = $1"
                        + " AND o.next < ($2::bigint[])[o.partition + 1])"
                        + " AND (NOT $3 OR coalesce((SELECT min(o.watermark) FROM sluice.view_offsets o"
                        + " JOIN sluice.view_tables v USING (generation) WHERE v.view = $4 AND v.built)"
                        + " <= (SELECT min(watermark) FROM sluice.view_offsets WHERE generation = $1), true))")
                .bind("$1", build.generation())
                .bind("$2", ends.toArray(Long[]::new))
                .bind("$3", exact)
                .bind("$4", build.name()),
            row -> true)
        .next()
        .defaultIfEmpty(false);
  }

  /** Has a build's table be the view's, in place of the one that it has. */
  Mono<Void> replaceTable(Connection connection, CatalogView build) {
    String table = Identifiers.table(build.name());
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT set_config('lock_timeout', $1, true),"
                        + " pg_advisory_xact_lock(hashtextextended('sluice.table.' || $2, 0))")
                .bind("$1", PATIENCE.toMillis() + "ms")
                .bind("$2", build.name()),
            row -> true)
        .then(
            Mono.defer(
                () ->
                    statements.count(
                        connection
                            .createStatement(
                                "DELETE FROM sluice.view_tables WHERE view = $1 AND built")
                            .bind("$1", build.name()))))
        .filter(had -> had > 0)
        .flatMap(
            had -> statements.change(connection.createStatement("DROP TABLE IF EXISTS " + table)))
        .then(
            Mono.defer(
                () ->
                    statements.change(
                        connection.createStatement(
                            "ALTER TABLE "
                                + Identifiers.build(build.generation())
                                + " RENAME TO "
                                + Identifiers.column(build.name())))))
        .then(
            Mono.defer(
                () ->
                    statements.change(
                        connection
                            .createStatement(
                                "UPDATE sluice.view_tables SET built = true WHERE generation = $1")
                            .bind("$1", build.generation()))));
  }
}
