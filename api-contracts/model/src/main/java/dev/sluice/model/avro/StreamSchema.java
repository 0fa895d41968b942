package dev.sluice.model.avro;

import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The Avro schema of a stream's values.
 *
 * <p>A record named after the stream: first {@value #INGESTED}, the gateway's clock when the event
 * came in, then the stream's fields in their order. A nullable field is a union of null and its
 * type, null first and the default.
 */
public final class StreamSchema {
  /** The first field of every value: ms of the epoch. No field of a stream can have this name. */
  public static final String INGESTED = "_ingested";

  private static final String NAMESPACE = "dev.sluice.stream";

  private StreamSchema() {}

  public static Schema of(StreamDefinition stream) {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field(INGESTED, instant(), "When it came in.", null));
    for (Field field : stream.fields()) {
      fields.add(fieldOf(field));
    }
    return Schema.createRecord(stream.name(), null, NAMESPACE, false, fields);
  }

  private static Schema.Field fieldOf(Field field) {
    Schema type = typeOf(field.type());
    return field.nullable()
        ? new Schema.Field(
            field.name(),
            Schema.createUnion(Schema.create(Schema.Type.NULL), type),
            null,
            Schema.Field.NULL_DEFAULT_VALUE)
        : new Schema.Field(field.name(), type, null, null);
  }

  private static Schema typeOf(FieldType type) {
    return switch (type) {
      case STRING -> Schema.create(Schema.Type.STRING);
      case LONG -> Schema.create(Schema.Type.LONG);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case TIMESTAMP -> instant();
    };
  }

  private static Schema instant() {
    return LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
  }
}
