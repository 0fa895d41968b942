package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Variance and standard deviation of LONG, from exact sums: of x in 128 bits, of x² in 192. */
final class LongMoments implements Accumulator {
  private final Deviation deviation;
  private long[] counts = new long[0];
  private long[] low = new long[0];
  private long[] high = new long[0];
  private long[] squaresLow = new long[0];
  private long[] squaresMiddle = new long[0];
  private long[] squaresHigh = new long[0];

  LongMoments(Deviation deviation) {
    this.deviation = deviation;
  }

  @Override
  public void grow(int groups) {
    counts = Arrays.copyOf(counts, groups);
    low = Arrays.copyOf(low, groups);
    high = Arrays.copyOf(high, groups);
    squaresLow = Arrays.copyOf(squaresLow, groups);
    squaresMiddle = Arrays.copyOf(squaresMiddle, groups);
    squaresHigh = Arrays.copyOf(squaresHigh, groups);
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
      addSum(slots[i], 1, value >> 63, value);
      addSquares(slots[i], 0, Math.multiplyHigh(value, value), value * value);
    }
  }

  private void addSum(int slot, long count, long upper, long lower) {
    long sum = low[slot] + lower;
    high[slot] += upper + carry(sum, lower);
    low[slot] = sum;
    counts[slot] += count;
  }

  private void addSquares(int slot, long upper, long middle, long lower) {
    long first = squaresLow[slot] + lower;
    long carried = carry(first, lower);
    long second = squaresMiddle[slot] + middle;
    long third = squaresHigh[slot] + upper + carry(second, middle);
    second += carried;
    squaresHigh[slot] = third + carry(second, carried);
    squaresMiddle[slot] = second;
    squaresLow[slot] = first;
  }

  private static long carry(long sum, long added) {
    return Long.compareUnsigned(sum, added) < 0 ? 1 : 0;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    LongMoments more = (LongMoments) other;
    for (int i = 0; i < count; i++) {
      addSum(slots[i], more.counts[i], more.high[i], more.low[i]);
      addSquares(slots[i], more.squaresHigh[i], more.squaresMiddle[i], more.squaresLow[i]);
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putLong(counts[slot]).putLong(high[slot]).putLong(low[slot]);
    out.putLong(squaresHigh[slot]).putLong(squaresMiddle[slot]).putLong(squaresLow[slot]);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    addSum(slot, in.getLong(), in.getLong(), in.getLong());
    addSquares(slot, in.getLong(), in.getLong(), in.getLong());
  }

  @Override
  public Column results(int[] slots) {
    double[] results = new double[slots.length];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      long divisor = deviation.divisor(counts[slots[i]]);
      if (divisor < 1) {
        Bitmap.set(nulls, i);
      } else {
        results[i] = deviation.of(variance(slots[i], divisor));
      }
    }
    return new DoubleColumn(results, nulls);
  }

  /** (n Σx² - (Σx)²) / (n divisor), exact but for the division. */
  private double variance(int slot, long divisor) {
    BigInteger n = BigInteger.valueOf(counts[slot]);
    BigInteger sum = number(high[slot], low[slot]);
    BigInteger squares = number(squaresHigh[slot], squaresMiddle[slot], squaresLow[slot]);
    BigInteger deviations = n.multiply(squares).subtract(sum.multiply(sum));
    return new BigDecimal(deviations)
        .divide(new BigDecimal(n.multiply(BigInteger.valueOf(divisor))), MathContext.DECIMAL128)
        .doubleValue();
  }

  private static BigInteger number(long... words) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * words.length);
    for (long word : words) {
      bytes.putLong(word);
    }
    return new BigInteger(bytes.array());
  }

  @Override
  public long bytes() {
    return 6L * Long.BYTES * counts.length;
  }
}
