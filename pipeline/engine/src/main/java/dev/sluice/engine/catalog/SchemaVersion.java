package dev.sluice.engine.catalog;

import dev.sluice.model.stream.Field;
import java.time.Instant;
import java.util.List;

/**
 * A schema that a stream's records have, or had.
 *
 * @param id as in the header of each record; never that of another schema
 * @param version of its subject, from 1
 * @param subject the topic and {@code -value}, as Confluent's clients name it
 * @param schema Avro's, as JSON
 * @param fields what it says
 * @param since when the stream first had it
 */
public record SchemaVersion(
    int id, int version, String subject, String schema, List<Field> fields, Instant since) {
  public SchemaVersion {
    fields = List.copyOf(fields);
  }
}
