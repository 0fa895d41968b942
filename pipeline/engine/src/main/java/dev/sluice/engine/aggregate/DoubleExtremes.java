package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import java.util.Arrays;

/** MIN and MAX of DOUBLE. */
final class DoubleExtremes implements Accumulator {
  private final boolean greatest;
  private double[] extremes = new double[0];
  private boolean[] any = new boolean[0];

  DoubleExtremes(boolean greatest) {
    this.greatest = greatest;
  }

  @Override
  public void grow(int groups) {
    extremes = Arrays.copyOf(extremes, groups);
    any = Arrays.copyOf(any, groups);
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
      // -0.0 becomes 0.0: which of the two came first must not show.
      double value = values[rows[i]] + 0.0;
      if (!any[slot] || (greatest ? value > extremes[slot] : value < extremes[slot])) {
        extremes[slot] = value;
        any[slot] = true;
      }
    }
  }

  @Override
  public Column results(int[] slots) {
    double[] results = new double[slots.length];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      if (any[slots[i]]) {
        results[i] = extremes[slots[i]];
      } else {
        Bitmap.set(nulls, i);
      }
    }
    return new DoubleColumn(results, nulls);
  }
}
