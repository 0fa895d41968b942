package dev.sluice.engine.aggregate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Distinct UTF-8 texts; open addressing by linear probing. */
final class TextSet {
  private static final int OVERHEAD = 48;

  private byte[] @Nullable [] table = new byte[4][];
  private int size;
  private long textBytes;

  void add(byte[] value) {
    int place = place(value);
    if (table[place] != null) {
      return;
    }
    table[place] = value;
    textBytes += value.length + Texts.OVERHEAD;
    size++;
    if (2 * size > table.length) {
      grow();
    }
  }

  private int place(byte[] value) {
    int hash = Arrays.hashCode(value) * 0x9E3779B9;
    int place = (hash ^ (hash >>> 16)) & (table.length - 1);
    byte[] there = table[place];
    while (there != null && !Arrays.equals(there, value)) {
      place = (place + 1) & (table.length - 1);
      there = table[place];
    }
    return place;
  }

  private void grow() {
    byte[] @Nullable [] old = table;
    table = new byte[2 * old.length][];
    for (byte[] value : old) {
      if (value != null) {
        table[place(value)] = value;
      }
    }
  }

  int size() {
    return size;
  }

  /** The members, in no order. */
  byte[][] members() {
    byte[][] members = new byte[size][];
    int count = 0;
    for (byte[] value : table) {
      if (value != null) {
        members[count++] = value;
      }
    }
    return members;
  }

  /** About how many bytes of heap it takes. */
  long bytes() {
    return OVERHEAD + 4L * table.length + textBytes;
  }
}
