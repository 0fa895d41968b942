package dev.sluice.engine.source;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.stream.TopicSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a topic's values what a stream's own would be, so that everything after it is the same.
 * One thread at a time.
 */
public interface TopicValues {

  /**
   * Sees to it that a value can be read; may wait for the schema registry.
   *
   * @throws dev.sluice.model.problem.ProblemException LOG_UNAVAILABLE: the registry did not answer,
   *     and may later
   */
  default void prepare(byte[] value) {}

  /**
   * @param timestamp the record's, ms of the epoch: what the stream takes for the time of ingest
   * @return null if it is no event of the stream
   */
  @Nullable Own read(byte[] value, long timestamp);

  /**
   * @param time event time, ms of the epoch
   * @param value as the stream's own topic would have it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Own(long time, byte[] value) {}

  /** How to read the stream's topic; null if it is one of ours. */
  static @Nullable TopicValues of(CatalogStream stream, SchemaRegistry registry) {
    TopicSource source = stream.definition().foreign();
    if (source == null) {
      return null;
    }
    return switch (source.values()) {
      case JSON -> new JsonValues(stream);
      case AVRO ->
          source.schema() == null
              ? new RegisteredValues(stream, registry)
              : new AvroValues(stream, source.schema());
    };
  }
}
