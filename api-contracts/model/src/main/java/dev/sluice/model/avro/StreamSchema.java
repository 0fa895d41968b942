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

  /** The fields of a stream's schema, which {@link #of} made. */
  public static List<Field> fields(Schema schema) {
    return schema.getFields().stream()
        .filter(field -> !field.name().equals(INGESTED))
        .map(StreamSchema::fieldOf)
        .toList();
  }

  private static Field fieldOf(Schema.Field field) {
    boolean nullable = field.schema().isUnion();
    FieldType type = typeOf(nullable ? field.schema().getTypes().get(1) : field.schema());
    Object absent = nullable || !field.hasDefaultValue() ? null : field.defaultVal();
    if (absent instanceof Integer number) {
      // Avro gives whatever number type the text fits in.
      absent = number.longValue();
    }
    if (absent instanceof Number number && type == FieldType.DOUBLE) {
      absent = number.doubleValue();
    }
    return new Field(
        field.name(), type, nullable, absent, field.aliases().stream().sorted().toList());
  }

  private static FieldType typeOf(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> FieldType.STRING;
      case LONG -> schema.getLogicalType() == null ? FieldType.LONG : FieldType.TIMESTAMP;
      case DOUBLE -> FieldType.DOUBLE;
      case BOOLEAN -> FieldType.BOOLEAN;
      default -> throw new IllegalArgumentException("no field of a stream is " + schema);
    };
  }

  private static Schema.Field fieldOf(Field field) {
    Schema type = typeOf(field.type());
    Schema.Field written =
        field.nullable()
            ? new Schema.Field(
                field.name(),
                Schema.createUnion(Schema.create(Schema.Type.NULL), type),
                null,
                Schema.Field.NULL_DEFAULT_VALUE)
            : new Schema.Field(field.name(), type, null, field.absent());
    field.aliases().stream().sorted().forEach(written::addAlias);
    return written;
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
