package dev.sluice.engine.resume;

import java.util.Arrays;

/** The bytes of a token: numbers of as many bytes as they need. */
final class TokenBytes {
  private static final int MAX_PARTITIONS = 10_000;

  private byte[] bytes;
  private int at;
  private final int end;

  /** To write. */
  TokenBytes() {
    bytes = new byte[64];
    end = 0;
  }

  /** To read the first {@code length} bytes. */
  TokenBytes(byte[] bytes, int length) {
    this.bytes = bytes;
    this.end = length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  void writeByte(int value) {
    if (at == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * at);
    }
    bytes[at++] = (byte) value;
  }

  int readByte() {
    if (at >= end) {
      throw new IndexOutOfBoundsException(at);
    }
    return bytes[at++] & 0xFF;
  }

  /** The lowest bytes of a value, the highest of them first. */
  void writeFixed(long value, int count) {
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
      writeByte((int) (value >>> shift));
    }
  }

  long readFixed(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | readByte();
    }
    return value;
  }

  /** Zigzag, 7 bits a byte. */
  void writeLong(long value) {
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7FL) != 0) {
      writeByte((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    writeByte((int) rest);
  }

  long readLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (next & 0x7FL) << shift;
      if (next < 0x80) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("more than 64 bits");
  }

  /** A number of partitions. */
  int readCount() {
    long count = readLong();
    if (count < 1 || count > MAX_PARTITIONS) {
      throw new IllegalArgumentException(count + " partitions");
    }
    return (int) count;
  }

  /**
   * Values that are near each other: the least, and by how much each is above it in as many bits as
   * the greatest needs. {@link Long#MIN_VALUE}, where there is one, is 0 and the others one more.
   */
  void writePacked(long[] values) {
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    int none = 0;
    for (long value : values) {
      if (value == Long.MIN_VALUE) {
        none = 1;
      } else {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    long spread = greatest < least ? 0 : greatest - least + none;
    int width = Long.SIZE - Long.numberOfLeadingZeros(spread);
    writeLong(greatest < least ? 0 : least);
    writeByte(width | none << 7);
    int bit = 0;
    int partial = 0;
    for (long value : values) {
      long above = value == Long.MIN_VALUE ? 0 : value - least + none;
      for (int i = 0; i < width; i++) {
        partial |= (int) (above >>> i & 1) << bit;
        if (++bit == Byte.SIZE) {
          writeByte(partial);
          bit = 0;
          partial = 0;
        }
      }
    }
    if (bit > 0) {
      writeByte(partial);
    }
  }

  long[] readPacked(int count) {
    long least = readLong();
    int head = readByte();
    int none = head >> 7;
    int width = head & 0x7F;
    if (width > Long.SIZE) {
      throw new IllegalArgumentException(width + " bits");
    }
    long[] values = new long[count];
    int bit = Byte.SIZE;
    int partial = 0;
    for (int v = 0; v < count; v++) {
      long above = 0;
      for (int i = 0; i < width; i++) {
        if (bit == Byte.SIZE) {
          partial = readByte();
          bit = 0;
        }
        above |= (long) (partial >> bit++ & 1) << i;
      }
      values[v] = none == 1 && above == 0 ? Long.MIN_VALUE : least + above - none;
    }
    return values;
  }
}
