package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** MIN and MAX of LONG, TIMESTAMP and BOOLEAN. */
final class LongExtremes implements Accumulator {
  private final FieldType type;
  private final boolean greatest;
  private long[] extremes = new long[0];
  private boolean[] any = new boolean[0];

  LongExtremes(FieldType type, boolean greatest) {
    this.type = type;
    this.greatest = greatest;
  }

  @Override
  public void grow(int groups) {
    extremes = Arrays.copyOf(extremes, groups);
    any = Arrays.copyOf(any, groups);
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
      consider(slots[i], values[rows[i]]);
    }
  }

  private void consider(int slot, long value) {
    if (!any[slot] || (greatest ? value > extremes[slot] : value < extremes[slot])) {
      extremes[slot] = value;
      any[slot] = true;
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    LongExtremes more = (LongExtremes) other;
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
      out.putLong(extremes[slot]);
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    if (in.get() != 0) {
      consider(slot, in.getLong());
    }
  }

  @Override
  public Column results(int[] slots) {
    long[] results = new long[slots.length];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      if (any[slots[i]]) {
        results[i] = extremes[slots[i]];
      } else {
        Bitmap.set(nulls, i);
      }
    }
    return new LongColumn(type, results, nulls);
  }

  @Override
  public long bytes() {
    return (Long.BYTES + 1L) * extremes.length;
  }
}
