package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A topic that was there before the stream, and is only read.
 *
 * @param topic 1 to 249 letters, digits, {@code .}, {@code _} and {@code -}; none of Kafka's own
 * @param values how the records' values are written
 * @param schema Avro's, as JSON: that of values that are Avro without a header; null: values are
 *     JSON, or name their schema in Confluent's header
 */
public record TopicSource(String topic, Values values, @Nullable String schema) implements Source {
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  /** How values are written. */
  public enum Values {
    JSON,
    AVRO
  }

  public TopicSource {
    if (!TOPIC.matcher(topic).matches() || topic.startsWith("__")) {
      throw invalid(
          "topic",
          "a topic's name must be 1 to 249 letters, digits, '.', '_' and '-', and not begin with __:"
              + " was \""
              + topic
              + "\"");
    }
    if (values == Values.JSON && schema != null) {
      throw invalid(
          "schema", "a schema is for AVRO values: leave it out, or say \"values\": \"AVRO\"");
    }
    if (schema != null) {
      requireRecord(schema);
    }
  }

  @Override
  public String topic(String stream) {
    return topic;
  }

  private static void requireRecord(String schema) {
    try {
      Schema parsed = new Schema.Parser().parse(schema);
      if (parsed.getType() == Schema.Type.RECORD) {
        return;
      }
    } catch (AvroRuntimeException | NullPointerException e) {
      // A name that is no type's is a NullPointerException of Avro's.
      throw invalid("schema", "the schema is not Avro's: " + e.getMessage());
    }
    throw invalid("schema", "the schema must be that of an Avro record");
  }
}
