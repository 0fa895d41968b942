package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * SUM and AVG of LONG. Sums have 128 bits, so that only a result can overflow, never the order of
 * adding.
 */
final class LongSums implements Accumulator {
  private static final long EXACT_IN_DOUBLE = 1L << 53;

  private final boolean average;
  private long[] counts = new long[0];
  private long[] low = new long[0];
  private long[] high = new long[0];

  LongSums(boolean average) {
    this.average = average;
  }

  @Override
  public void grow(int groups) {
    counts = Arrays.copyOf(counts, groups);
    low = Arrays.copyOf(low, groups);
    high = Arrays.copyOf(high, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    LongColumn column = (LongColumn) argument;
    long[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      long value = values[rows[i]];
      add(slots[i], 1, value >> 63, value);
    }
  }

  private void add(int slot, long count, long upper, long lower) {
    long sum = low[slot] + lower;
    boolean carry = Long.compareUnsigned(sum, lower) < 0;
    low[slot] = sum;
    high[slot] += upper + (carry ? 1 : 0);
    counts[slot] += count;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    LongSums more = (LongSums) other;
    for (int i = 0; i < count; i++) {
      add(slots[i], more.counts[i], more.high[i], more.low[i]);
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putLong(counts[slot]).putLong(high[slot]).putLong(low[slot]);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    add(slot, in.getLong(), in.getLong(), in.getLong());
  }

  @Override
  public Column results(int[] slots) {
    long[] nulls = Bitmap.none(slots.length);
    long[] sums = new long[average ? 0 : slots.length];
    double[] averages = new double[average ? slots.length : 0];
    for (int i = 0; i < slots.length; i++) {
      int slot = slots[i];
      if (counts[slot] == 0) {
        Bitmap.set(nulls, i);
      } else if (average) {
        averages[i] = average(slot);
      } else {
        sums[i] = sum(slot);
      }
    }
    return average
        ? new DoubleColumn(averages, nulls)
        : new LongColumn(FieldType.LONG, sums, nulls);
  }

  private long sum(int slot) {
    if (!fitsLong(slot)) {
      throw Problem.of(
              ProblemCode.QUERY_OVERFLOW,
              "a SUM is outside the range of LONG: cast its argument to DOUBLE")
          .toException();
    }
    return low[slot];
  }

  private boolean fitsLong(int slot) {
    return high[slot] == low[slot] >> 63;
  }

  private double average(int slot) {
    if (fitsLong(slot) && Math.abs(low[slot]) <= EXACT_IN_DOUBLE) {
      return (double) low[slot] / counts[slot];
    }
    BigInteger unsignedLow = new BigInteger(Long.toUnsignedString(low[slot]));
    BigInteger sum = BigInteger.valueOf(high[slot]).shiftLeft(Long.SIZE).add(unsignedLow);
    return new BigDecimal(sum)
        .divide(BigDecimal.valueOf(counts[slot]), MathContext.DECIMAL128)
        .doubleValue();
  }

  @Override
  public long bytes() {
    return 3L * Long.BYTES * counts.length;
  }
}
