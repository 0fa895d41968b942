package dev.sluice.model.avro;

import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes rows as Avro in the Confluent wire format: a zero, the schema's id in four bytes, then the
 * record's binary body as {@link StreamSchema#of} says.
 */
public final class AvroWriter {
  /** Bytes before Avro's own: the magic byte and the schema's id. */
  static final int HEADER = 5;

  private static final VarHandle INT_BE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG_LE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int schemaId;
  private final FieldType[] types;
  private final boolean[] nullable;

  public AvroWriter(StreamDefinition stream, int schemaId) {
    this.schemaId = schemaId;
    this.types = stream.fields().stream().map(Field::type).toArray(FieldType[]::new);
    this.nullable = new boolean[types.length];
    for (int i = 0; i < types.length; i++) {
      nullable[i] = stream.fields().get(i).nullable();
    }
  }

  /**
   * The row's bytes.
   *
   * @param row a value in every field that is not nullable
   * @param ingested the gateway's clock, ms of the epoch
   */
  public byte[] write(EventRow row, long ingested) {
    byte[] bytes = new byte[size(row, ingested)];
    INT_BE.set(bytes, 1, schemaId);
    int at = writeLong(ingested, bytes, HEADER);
    for (int i = 0; i < types.length; i++) {
      boolean hasValue = row.hasValue(i);
      if (nullable[i]) {
        bytes[at++] = (byte) (hasValue ? 2 : 0); // the union's branch, 1 or 0, as a zig-zag varint
      }
      if (hasValue) {
        at = writeValue(row, i, bytes, at);
      }
    }
    return bytes;
  }

  private int writeValue(EventRow row, int field, byte[] bytes, int at) {
    switch (types[field]) {
      case STRING -> {
        return row.copyText(field, bytes, writeLong(row.textLength(field), bytes, at));
      }
      case LONG, TIMESTAMP -> {
        return writeLong(row.bits(field), bytes, at);
      }
      case DOUBLE -> {
        LONG_LE.set(bytes, at, row.bits(field));
        return at + Double.BYTES;
      }
      case BOOLEAN -> {
        bytes[at] = (byte) row.bits(field);
        return at + 1;
      }
    }
    throw new AssertionError(types[field]);
  }

  private int size(EventRow row, long ingested) {
    int size = HEADER + sizeOf(ingested);
    for (int i = 0; i < types.length; i++) {
      if (nullable[i]) {
        size++;
      }
      if (row.hasValue(i)) {
        size += sizeOf(row, i);
      } else if (!nullable[i]) {
        throw new IllegalArgumentException("field " + i + " must have a value: has none");
      }
    }
    return size;
  }

  private int sizeOf(EventRow row, int field) {
    return switch (types[field]) {
      case STRING -> sizeOf(row.textLength(field)) + row.textLength(field);
      case LONG, TIMESTAMP -> sizeOf(row.bits(field));
      case DOUBLE -> Double.BYTES;
      case BOOLEAN -> 1;
    };
  }

  private static int sizeOf(long value) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(zigZag(value) | 1);
    return (bits + 6) / 7;
  }

  private static int writeLong(long value, byte[] bytes, int at) {
    long rest = zigZag(value);
    int next = at;
    while ((rest & ~0x7FL) != 0) {
      bytes[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[next++] = (byte) rest;
    return next;
  }

  private static long zigZag(long value) {
    return (value << 1) ^ (value >> 63);
  }
}
