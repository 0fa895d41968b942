package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import java.nio.ByteBuffer;
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
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    DoubleColumn column = (DoubleColumn) argument;
    double[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      // -0.0 becomes 0.0: which of the two came first must not show.
      consider(slots[i], values[rows[i]] + 0.0);
    }
  }

  private void consider(int slot, double value) {
    if (!any[slot] || (greatest ? value > extremes[slot] : value < extremes[slot])) {
      extremes[slot] = value;
      any[slot] = true;
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    DoubleExtremes more = (DoubleExtremes) other;
    for (int i = 0; i < count; i++) {
      if (more.any[i]) {
        consider(slots[i], more.extremes[i]);
      }
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putByte(any[slot] ? 1 : 0);
    if (any[slot]) {
      out.putDouble(extremes[slot]);
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    if (in.get() != 0) {
      consider(slot, in.getDouble());
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

  @Override
  public long bytes() {
    return (Long.BYTES + 1L) * extremes.length;
  }
}
