package dev.sluice.model.json;

import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/** Reads a value with Avro's own reader. */
final class AvroOracle {
  static final int SCHEMA_ID = 258;

  private AvroOracle() {}

  /** Fields by name, {@code _ingested} among them. Every byte must be used. */
  static Map<String, @Nullable Object> read(StreamDefinition stream, byte[] value) {
    ByteBuffer header = ByteBuffer.wrap(value);
    if (header.get() != 0 || header.getInt() != SCHEMA_ID) {
      throw new AssertionError("not the wire header");
    }
    Schema schema = StreamSchema.of(stream);
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null);
      GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new AssertionError("bytes are left");
      }
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      for (Schema.Field field : schema.getFields()) {
        Object read = record.get(field.pos());
        fields.put(field.name(), read instanceof CharSequence ? read.toString() : read);
      }
      return fields;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
