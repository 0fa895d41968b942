package dev.sluice.engine.catalog;

import reactor.core.publisher.Mono;

/** Where the schemas of the streams that Sluice writes get their ids. */
@FunctionalInterface
public interface SchemaIds {
  /** The catalog counts. */
  SchemaIds OWN = (subject, schema) -> Mono.empty();

  /**
   * The id of a schema, for ever: the same, however often it is asked for.
   *
   * @param schema Avro's, as JSON
   * @return empty: the catalog may give it one. Fails with STREAM_INCOMPATIBLE or LOG_UNAVAILABLE
   */
  Mono<Integer> of(String subject, String schema);
}
