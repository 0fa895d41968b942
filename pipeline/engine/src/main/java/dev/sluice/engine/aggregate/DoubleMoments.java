package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Variance and standard deviation of DOUBLE, from the sums of x and of x² in two doubles each. Of
 * their 106 bits, twice log2(mean / deviation) cancel: with a deviation of a billionth of the mean
 * 12 digits are left.
 */
final class DoubleMoments implements Accumulator {
  /** What each addition may be off by, relative to the sum of squares. */
  private static final double RESOLUTION = 0x1p-104;

  private final Deviation deviation;
  private long[] counts = new long[0];
  private double[] high = new double[0];
  private double[] low = new double[0];
  private double[] squaresHigh = new double[0];
  private double[] squaresLow = new double[0];

  DoubleMoments(Deviation deviation) {
    this.deviation = deviation;
  }

  @Override
  public void grow(int groups) {
    counts = Arrays.copyOf(counts, groups);
    high = Arrays.copyOf(high, groups);
    low = Arrays.copyOf(low, groups);
    squaresHigh = Arrays.copyOf(squaresHigh, groups);
    squaresLow = Arrays.copyOf(squaresLow, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    DoubleColumn column = (DoubleColumn) argument;
    double[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      double value = values[rows[i]];
      double square = value * value;
      TwoDoubles.add(high, low, slots[i], value, 0);
      TwoDoubles.add(squaresHigh, squaresLow, slots[i], square, Math.fma(value, value, -square));
      counts[slots[i]]++;
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    DoubleMoments more = (DoubleMoments) other;
    for (int i = 0; i < count; i++) {
      counts[slots[i]] += more.counts[i];
      TwoDoubles.add(high, low, slots[i], more.high[i], more.low[i]);
      TwoDoubles.add(squaresHigh, squaresLow, slots[i], more.squaresHigh[i], more.squaresLow[i]);
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putLong(counts[slot])
        .putDouble(high[slot])
        .putDouble(low[slot])
        .putDouble(squaresHigh[slot])
        .putDouble(squaresLow[slot]);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    counts[slot] += in.getLong();
    TwoDoubles.add(high, low, slot, in.getDouble(), in.getDouble());
    TwoDoubles.add(squaresHigh, squaresLow, slot, in.getDouble(), in.getDouble());
  }

  @Override
  public Column results(int[] slots) {
    double[] results = new double[slots.length];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      long divisor = deviation.divisor(counts[slots[i]]);
      if (divisor < 1) {
        Bitmap.set(nulls, i);
        continue;
      }
      double squares = squaredDeviations(slots[i]);
      if (!Double.isFinite(squares)) {
        throw Problem.of(
                ProblemCode.QUERY_OVERFLOW,
                "the squares of a variance or a standard deviation are outside the range of"
                    + " DOUBLE: scale its argument down")
            .toException();
      }
      results[i] = deviation.of(squares / divisor);
    }
    return new DoubleColumn(results, nulls);
  }

  /** The sum of squares less the square of the sum over the count. */
  private double squaredDeviations(int slot) {
    double n = counts[slot];
    double square = high[slot] * high[slot];
    double rest = Math.fma(high[slot], high[slot], -square) + 2 * high[slot] * low[slot];
    double mean = square / n;
    double meanRest = (Math.fma(-mean, n, square) + rest) / n;
    double sum = squaresHigh[slot];
    double difference = sum - mean;
    double back = difference - sum;
    double error = (sum - (difference - back)) + (-mean - back);
    double squares = difference + (error + (squaresLow[slot] - meanRest));
    // What is within the sums' own resolution is nothing: equal values deviate by 0.
    return squares <= n * RESOLUTION * sum ? 0 : squares;
  }

  @Override
  public long bytes() {
    return 5L * Long.BYTES * counts.length;
  }
}
