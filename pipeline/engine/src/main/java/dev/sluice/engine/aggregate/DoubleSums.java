package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * SUM and AVG of DOUBLE, accumulated in two doubles, so that neither batches nor merging show in a
 * result.
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
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    DoubleColumn column = (DoubleColumn) argument;
    double[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      TwoDoubles.add(high, low, slots[i], values[rows[i]], 0);
      counts[slots[i]]++;
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    DoubleSums more = (DoubleSums) other;
    for (int i = 0; i < count; i++) {
      add(slots[i], more.counts[i], more.high[i], more.low[i]);
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putLong(counts[slot]).putDouble(high[slot]).putDouble(low[slot]);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    add(slot, in.getLong(), in.getDouble(), in.getDouble());
  }

  private void add(int slot, long count, double value, double rest) {
    counts[slot] += count;
    TwoDoubles.add(high, low, slot, value, rest);
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

  @Override
  public long bytes() {
    return 3L * Long.BYTES * counts.length;
  }
}
