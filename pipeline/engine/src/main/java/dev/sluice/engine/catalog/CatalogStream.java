package dev.sluice.engine.catalog;

import dev.sluice.model.stream.StreamDefinition;
import java.time.Instant;

/**
 * A stream as the catalog has it.
 *
 * @param schemaId id of the Avro schema that the stream's values are written with, as in the
 *     Confluent wire header
 * @param generation grows with every change of the definition that changes results (lateness,
 *     dedupe, time), and when a stream of the same name is declared anew
 */
public record CatalogStream(
    StreamDefinition definition, int schemaId, long generation, Instant created) {}
