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

  /** Bytes of a value that its head and its tail have all of. */
  private static final int WHOLE = 2 * Long.BYTES;

  private byte[][] values = new byte[64][];

  // What tells most values apart without going to their bytes, by code.
  private long[] heads = new long[64];
  private long[] tails = new long[64];

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
    long head = head(bytes, start, length);
    long tail = tail(bytes, start, length);
    int mask = places.length - 1;
    int place = hash(head, tail, length) & mask;
    while (true) {
      int code = places[place] - 1;
      if (code < 0) {
        return add(Arrays.copyOfRange(bytes, start, start + length), head, tail, place);
      }
      if (heads[code] == head
          && tails[code] == tail
          && values[code].length == length
          && (length <= WHOLE
              || Arrays.equals(values[code], 0, length, bytes, start, start + length))) {
        return code;
      }
      place = (place + 1) & mask;
    }
  }

  private int add(byte[] value, long head, long tail, int place) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
      heads = Arrays.copyOf(heads, 2 * size);
      tails = Arrays.copyOf(tails, 2 * size);
    }
    values[size] = value;
    heads[size] = head;
    tails[size] = tail;
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
      int place = hash(heads[code], tails[code], values[code].length) & mask;
      while (next[place] != 0) {
        place = (place + 1) & mask;
      }
      next[place] = code + 1;
    }
    places = next;
  }

  /** The first eight bytes, or all if there are fewer. */
  private static long head(byte[] bytes, int start, int length) {
    if (length >= Long.BYTES) {
      return (long) LONGS.get(bytes, start);
    }
    long head = 0;
    for (int i = start + length - 1; i >= start; i--) {
      head = head << Byte.SIZE | (bytes[i] & 0xFF);
    }
    return head;
  }

  /**
   * The last eight bytes; 0 if there are fewer. Of up to sixteen bytes it and the head are all; of
   * more it is a hash of them.
   */
  private static long tail(byte[] bytes, int start, int length) {
    if (length < Long.BYTES) {
      return 0;
    }
    int last = start + length - Long.BYTES;
    long tail = (long) LONGS.get(bytes, last);
    for (int i = start + Long.BYTES; length > WHOLE && i < last; i += Long.BYTES) {
      tail = (tail ^ (long) LONGS.get(bytes, i)) * PRIME;
      tail ^= tail >>> 32;
    }
    return tail;
  }

  private static int hash(long head, long tail, int length) {
    long hash = (head + length) * PRIME;
    hash = ((hash ^ hash >>> 32) + tail) * PRIME;
    return (int) (hash ^ hash >>> 32);
  }
}
