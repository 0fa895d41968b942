package dev.sluice.engine.log;

import dev.sluice.model.stream.FieldType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads Avro's binary encoding from an array, in place. Reading past the end throws an {@link
 * ArrayIndexOutOfBoundsException}; a length or an index that cannot be, an {@link
 * IllegalArgumentException}.
 *
 * <p>Source of the encoding: Apache Avro 1.12 specification, "Binary Encoding".
 */
final class AvroCursor {
  private static final VarHandle DOUBLES =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long CONTINUES = 0x8080808080808080L;
  private static final int LONGEST_VARINT = 10;

  private byte[] bytes = new byte[0];
  private int at;

  void reset(byte[] value, int start) {
    bytes = value;
    at = start;
  }

  int position() {
    return at;
  }

  boolean atEnd() {
    return at == bytes.length;
  }

  long readLong() {
    if (at + Long.BYTES <= bytes.length) {
      long word = (long) LONGS.get(bytes, at);
      long ends = ~word & CONTINUES;
      if (ends != 0) {
        at += (Long.numberOfTrailingZeros(ends) >>> 3) + 1;
        long value = compact(word & (ends ^ (ends - 1)));
        return (value >>> 1) ^ -(value & 1);
      }
    }
    return readLongByBytes();
  }

  /** The lower seven bits of each of eight bytes, without what is between them. */
  private static long compact(long bytes) {
    long pairs = (bytes & 0x007F007F007F007FL) | (bytes & 0x7F007F007F007F00L) >>> 1;
    long fours = (pairs & 0x00003FFF00003FFFL) | (pairs & 0x3FFF00003FFF0000L) >>> 2;
    return (fours & 0x000000000FFFFFFFL) | (fours & 0x0FFFFFFF00000000L) >>> 4;
  }

  private long readLongByBytes() {
    byte[] from = bytes;
    int i = at;
    byte b = from[i++];
    long value = b & 0x7F;
    for (int shift = 7; b < 0; shift += 7) {
      if (i - at == LONGEST_VARINT) {
        throw new IllegalArgumentException("a number longer than 10 bytes");
      }
      b = from[i++];
      value |= (long) (b & 0x7F) << shift;
    }
    at = i;
    return (value >>> 1) ^ -(value & 1);
  }

  double readDouble() {
    if (at + Double.BYTES > bytes.length) {
      throw new ArrayIndexOutOfBoundsException(at + Double.BYTES);
    }
    double value = (double) DOUBLES.get(bytes, at);
    at += Double.BYTES;
    return value;
  }

  boolean readBoolean() {
    byte value = bytes[at++];
    if (value != 0 && value != 1) {
      throw new IllegalArgumentException("a boolean of " + value);
    }
    return value == 1;
  }

  /** Steps over a value. */
  void skip(FieldType type) {
    switch (type) {
      case LONG, TIMESTAMP -> readLong();
      case DOUBLE -> readDouble();
      case BOOLEAN -> readBoolean();
      case STRING -> skipString();
    }
  }

  /**
   * Reads a string's length and steps over it; it stands at {@link #position()} less the length.
   */
  int skipString() {
    long length = readLong();
    if (length < 0 || length > bytes.length - at) {
      throw new IllegalArgumentException("a string of " + length + " bytes");
    }
    at += (int) length;
    return (int) length;
  }
}
