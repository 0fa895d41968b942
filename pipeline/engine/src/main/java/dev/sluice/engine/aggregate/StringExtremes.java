package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** MIN and MAX of STRING, by code point. */
final class StringExtremes implements Accumulator {
  private static final byte[] NONE = new byte[0];

  private final boolean greatest;
  private byte[] @Nullable [] extremes = new byte[0][];

  StringExtremes(boolean greatest) {
    this.greatest = greatest;
  }

  @Override
  public void grow(int groups) {
    extremes = Arrays.copyOf(extremes, groups);
  }

  @Override
  public void add(Column argument, int[] rows, int[] slots, int count) {
    StringColumn column = (StringColumn) argument;
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      int slot = slots[i];
      byte[] value = column.value(rows[i]);
      byte[] extreme = extremes[slot];
      // UTF-8 sorts by its unsigned bytes as its code points do.
      if (extreme == null || (greatest ? 1 : -1) * Arrays.compareUnsigned(value, extreme) > 0) {
        extremes[slot] = value;
      }
    }
  }

  @Override
  public Column results(int[] slots) {
    int[] codes = new int[slots.length];
    byte[][] dictionary = new byte[slots.length][];
    long[] nulls = Bitmap.none(slots.length);
    for (int i = 0; i < slots.length; i++) {
      byte[] extreme = extremes[slots[i]];
      codes[i] = i;
      dictionary[i] = extreme == null ? NONE : extreme;
      if (extreme == null) {
        Bitmap.set(nulls, i);
      }
    }
    return new StringColumn(codes, dictionary, dictionary.length, nulls);
  }
}
