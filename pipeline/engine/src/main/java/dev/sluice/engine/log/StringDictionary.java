package dev.sluice.engine.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The distinct values of one field, as one reader meets them. Entries are only ever added: a batch
 * that was handed out goes on reading the entries that it knows.
 */
final class StringDictionary {
  /**
   * Above this a reader begins a new dictionary with its next batch: what repeats is met again soon
   * enough.
   */
  static final int LIMIT = 16_384;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  private byte[][] values = new byte[64][];
  private int[] places = new int[256];
  private int size;

  /** The distinct values; entries below {@link #size()} never change. */
  byte[][] values() {
    return values;
  }

  int size() {
    return size;
  }

  /** The code of the value in these bytes, which are copied if they are new. */
  int code(byte[] bytes, int start, int length) {
    int mask = places.length - 1;
    int place = hash(bytes, start, length) & mask;
    while (true) {
      int code = places[place] - 1;
      if (code < 0) {
        return add(bytes, start, length, place);
      }
      byte[] value = values[code];
      if (value.length == length && Arrays.equals(value, 0, length, bytes, start, start + length)) {
        return code;
      }
      place = (place + 1) & mask;
    }
  }

  private int add(byte[] bytes, int start, int length, int place) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size] = Arrays.copyOfRange(bytes, start, start + length);
    places[place] = ++size;
    if (2 * size > places.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    int[] next = new int[2 * places.length];
    int mask = next.length - 1;
    for (int code = 0; code < size; code++) {
      byte[] value = values[code];
      int place = hash(value, 0, value.length) & mask;
      while (next[place] != 0) {
        place = (place + 1) & mask;
      }
      next[place] = code + 1;
    }
    places = next;
  }

  private static int hash(byte[] bytes, int start, int length) {
    long hash = length * PRIME;
    int i = start;
    int end = start + length;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, i)) * PRIME;
      hash ^= hash >>> 32;
    }
    for (; i < end; i++) {
      hash = (hash ^ bytes[i]) * PRIME;
    }
    return (int) (hash ^ (hash >>> 32));
  }
}
