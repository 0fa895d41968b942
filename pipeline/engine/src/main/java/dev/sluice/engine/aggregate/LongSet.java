package dev.sluice.engine.aggregate;

/** Distinct numbers; open addressing by linear probing. */
final class LongSet {
  private static final int OVERHEAD = 48;

  /** 0 is an empty place; whether 0 itself is in the set is kept apart. */
  private long[] table = new long[4];

  private boolean zero;
  private int size;

  void add(long value) {
    if (value == 0) {
      size += zero ? 0 : 1;
      zero = true;
      return;
    }
    int place = place(value);
    if (table[place] == value) {
      return;
    }
    table[place] = value;
    size++;
    if (2 * size > table.length) {
      grow();
    }
  }

  private int place(long value) {
    long hash = value * 0x9E3779B97F4A7C15L;
    int place = (int) (hash ^ (hash >>> 32)) & (table.length - 1);
    while (table[place] != 0 && table[place] != value) {
      place = (place + 1) & (table.length - 1);
    }
    return place;
  }

  private void grow() {
    long[] old = table;
    table = new long[2 * old.length];
    for (long value : old) {
      if (value != 0) {
        table[place(value)] = value;
      }
    }
  }

  int size() {
    return size;
  }

  /** The members, in no order. */
  long[] members() {
    long[] members = new long[size];
    int count = zero ? 1 : 0;
    for (long value : table) {
      if (value != 0) {
        members[count++] = value;
      }
    }
    return members;
  }

  /** About how many bytes of heap it takes. */
  long bytes() {
    return OVERHEAD + (long) Long.BYTES * table.length;
  }
}
