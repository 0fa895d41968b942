package dev.sluice.engine.source;

import dev.sluice.engine.catalog.CatalogStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.jspecify.annotations.Nullable;

/** Avro records with Confluent's header: a zero, and the id of the schema in four bytes. */
final class RegisteredValues implements TopicValues {
  private static final byte MAGIC = 0;
  private static final int HEADER = 1 + Integer.BYTES;
  private static final int MOST_SCHEMAS = 256;

  private final CatalogStream stream;
  private final SchemaRegistry registry;

  /** By id; empty where the registry has none, or none that is a record. */
  private final Map<Integer, Optional<AvroValues>> schemas = new LinkedHashMap<>(16, 0.75f, true);

  RegisteredValues(CatalogStream stream, SchemaRegistry registry) {
    this.stream = stream;
    this.registry = registry;
  }

  @Override
  public void prepare(byte[] value) {
    if (hasHeader(value)) {
      values(value);
    }
  }

  @Override
  public @Nullable Own read(byte[] value, long timestamp) {
    AvroValues values = hasHeader(value) ? values(value).orElse(null) : null;
    return values == null ? null : values.read(value, HEADER, timestamp);
  }

  private static boolean hasHeader(byte[] value) {
    return value.length >= HEADER && value[0] == MAGIC;
  }

  private Optional<AvroValues> values(byte[] value) {
    int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    Optional<AvroValues> known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Optional<AvroValues> found = registry.schema(id).flatMap(this::ofRecord);
    schemas.put(id, found);
    if (schemas.size() > MOST_SCHEMAS) {
      schemas.remove(schemas.keySet().iterator().next());
    }
    return found;
  }

  private Optional<AvroValues> ofRecord(String schema) {
    try {
      return Optional.of(new AvroValues(stream, schema));
    } catch (AvroRuntimeException | NullPointerException e) {
      // A name that is no type's is a NullPointerException of Avro's.
      return Optional.empty();
    }
  }
}
