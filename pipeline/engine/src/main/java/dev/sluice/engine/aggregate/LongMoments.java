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
  private final WideSums sums = new WideSums();
  private long[] squaresLow = new long[0];
  private long[] squaresMiddle = new long[0];
  private long[] squaresHigh = new long[0];

  LongMoments(Deviation deviation) {
    this.deviation = deviation;
  }

  @Override
  public void grow(int groups) {
    sums.grow(groups);
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
      sums.add(slots[i], value);
      addSquares(slots[i], 0, Math.multiplyHigh(value, value), value * value);
    }
  }

  private void addSquares(int slot, long upper, long middle, long lower) {
    long first = squaresLow[slot] + lower;
    long carried = WideSums.carry(first, lower);
    long second = squaresMiddle[slot] + middle;
    long third = squaresHigh[slot] + upper + WideSums.carry(second, middle);
    second += carried;
    squaresHigh[slot] = third + WideSums.carry(second, carried);
    squaresMiddle[slot] = second;
    squaresLow[slot] = first;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    LongMoments more = (LongMoments) other;
    for (int i = 0; i < count; i++) {
      sums.merge(slots[i], more.sums, i);
      addSquares(slots[i], more.squaresHigh[i], more.squaresMiddle[i], more.squaresLow[i]);
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    sums.write(slot, out);
    out.putLong(squaresHigh[slot]).putLong(squaresMiddle[slot]).putLong(squaresLow[slot]);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    sums.read(slot, in);
    addSquares(slot, in.getLong(), in.getLong(), in.getLong());
  }

  @Override
  public Column results(int[] slots) {
    double[] results = new double[slots.length];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      long divisor = deviation.divisor(sums.count(slots[i]));
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
    BigInteger n = BigInteger.valueOf(sums.count(slot));
    BigInteger sum = sums.sum(slot);
    BigInteger squares = WideSums.number(squaresHigh[slot], squaresMiddle[slot], squaresLow[slot]);
    BigInteger deviations = n.multiply(squares).subtract(sum.multiply(sum));
    return new BigDecimal(deviations)
        .divide(new BigDecimal(n.multiply(BigInteger.valueOf(divisor))), MathContext.DECIMAL128)
        .doubleValue();
  }

  @Override
  public long bytes() {
    return sums.bytes() + 3L * Long.BYTES * squaresLow.length;
  }
}
