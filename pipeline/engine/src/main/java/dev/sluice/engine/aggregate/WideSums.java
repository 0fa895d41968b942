package dev.sluice.engine.aggregate;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Counts and sums of LONGs, the sums in 128 bits: only a result can overflow, never the order of
 * adding.
 */
final class WideSums {
  private long[] counts = new long[0];
  private long[] low = new long[0];
  private long[] high = new long[0];

  void grow(int groups) {
    counts = Arrays.copyOf(counts, groups);
    low = Arrays.copyOf(low, groups);
    high = Arrays.copyOf(high, groups);
  }

  void add(int slot, long value) {
    add(slot, 1, value >> 63, value);
  }

  private void add(int slot, long count, long upper, long lower) {
    long sum = low[slot] + lower;
    high[slot] += upper + carry(sum, lower);
    low[slot] = sum;
    counts[slot] += count;
  }

  /** What is carried out of an unsigned addition. */
  static long carry(long sum, long added) {
    return Long.compareUnsigned(sum, added) < 0 ? 1 : 0;
  }

  /** Adds another's sum. */
  void merge(int slot, WideSums other, int otherSlot) {
    add(slot, other.counts[otherSlot], other.high[otherSlot], other.low[otherSlot]);
  }

  void write(int slot, StateWriter out) {
    out.putLong(counts[slot]).putLong(high[slot]).putLong(low[slot]);
  }

  void read(int slot, ByteBuffer in) {
    add(slot, in.getLong(), in.getLong(), in.getLong());
  }

  long count(int slot) {
    return counts[slot];
  }

  boolean fitsLong(int slot) {
    return high[slot] == low[slot] >> 63;
  }

  /** The sum, where it {@link #fitsLong}. */
  long longSum(int slot) {
    return low[slot];
  }

  BigInteger sum(int slot) {
    return number(high[slot], low[slot]);
  }

  /** Words of 64 bits, the highest first, as one number. */
  static BigInteger number(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * words.length);
    for (long word : words) {
      bytes.putLong(word);
    }
    return new BigInteger(bytes.array());
  }

  long bytes() {
    return 3L * Long.BYTES * counts.length;
  }
}
