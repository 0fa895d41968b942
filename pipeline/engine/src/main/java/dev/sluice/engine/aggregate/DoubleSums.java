package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.Arrays;

/**
 * SUM and AVG of DOUBLE, accumulated in two doubles: 106 bits, so that neither batches nor merging
 * show in a result.
 *
 * <p>Source: T. J. Dekker, "A floating-point technique for extending the available precision",
 * Numerische Mathematik 18 (1971); the error-free sum is D. E. Knuth's.
 */
final class DoubleSums implements Accumulator {
  private final boolean average;
  private long[] counts = new long[0];
  private double[] high = new double[0];
  private double[] low = new double[0];

  DoubleSums(boolean average) {
    this.average = average;
  }

  @Override
  public void grow(int groups) {
    counts = Arrays.copyOf(counts, groups);
    high = Arrays.copyOf(high, groups);
    low = Arrays.copyOf(low, groups);
  }

  @Override
  public void add(Column argument, int[] rows, int[] slots, int count) {
    DoubleColumn column = (DoubleColumn) argument;
    double[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      int slot = slots[i];
      double value = values[rows[i]];
      double before = high[slot];
      double sum = before + value;
      double added = sum - before;
      double error = (before - (sum - added)) + (value - added) + low[slot];
      double total = sum + error;
      high[slot] = total;
      low[slot] = error - (total - sum);
      counts[slot]++;
    }
  }

  @Override
  public Column results(int[] slots) {
    double[] results = new double[slots.length];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      int slot = slots[i];
      if (counts[slot] == 0) {
        Bitmap.set(nulls, i);
        continue;
      }
      if (!Double.isFinite(high[slot])) {
        throw Problem.of(
                ProblemCode.QUERY_OVERFLOW,
                "a SUM or AVG is outside the range of DOUBLE: scale its argument down")
            .toException();
      }
      results[i] = average ? high[slot] / counts[slot] : high[slot];
    }
    return new DoubleColumn(results, nulls);
  }
}
