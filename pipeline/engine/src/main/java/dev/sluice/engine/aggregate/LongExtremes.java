package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
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
  public void add(Column argument, int[] rows, int[] slots, int count) {
    LongColumn column = (LongColumn) argument;
    long[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      int slot = slots[i];
      long value = values[rows[i]];
      if (!any[slot] || (greatest ? value > extremes[slot] : value < extremes[slot])) {
        extremes[slot] = value;
        any[slot] = true;
      }
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
}
