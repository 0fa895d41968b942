package dev.sluice.engine.catalog;

import io.r2dbc.spi.Connection;
import java.util.List;
import reactor.core.publisher.Mono;

/** The statements on what views feed. */
record FeedStatements(Statements statements) {
  private static final String VIEWS =
      "SELECT v.name, v.source, v.definition->>'into' AS target"
          + " FROM sluice.views v JOIN sluice.streams s ON s.name = v.name AND NOT s.deleting";

  /** Names of the views that feed a stream. */
  Mono<List<String>> feeders(Connection connection, String stream) {
    return statements
        .rows(
            connection
                .createStatement(
                    "SELECT name FROM (" + VIEWS + ") f WHERE target = $1 ORDER BY name")
                .bind("$1", stream),
            row -> Statements.text(row, "name"))
        .collectList();
  }

  /** Whether what is in one stream or view comes, by views, of what is in another. */
  Mono<Boolean> comesOf(Connection connection, String name, String origin) {
    return statements
        .rows(
            connection
                .createStatement(
                    "WITH RECURSIVE f AS ("
                        + VIEWS
                        + "), steps(below, above) AS (SELECT name, source FROM f"
                        + " UNION ALL SELECT target, name FROM f WHERE target IS NOT NULL),"
                        + " origins(name) AS (SELECT $1 UNION"
                        + " SELECT steps.above FROM origins JOIN steps ON steps.below = origins.name)"
                        + " SELECT 1 FROM origins WHERE name = $2")
                .bind("$1", name)
                .bind("$2", origin),
            row -> true)
        .next()
        .defaultIfEmpty(false);
  }
}
