package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** MIN and MAX of STRING, by code point. */
final class StringExtremes implements Accumulator {
  private final boolean greatest;
  private byte[] @Nullable [] extremes = new byte[0][];
  private long bytes;

  StringExtremes(boolean greatest) {
    this.greatest = greatest;
  }

  @Override
  public void grow(int groups) {
    extremes = Arrays.copyOf(extremes, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    StringColumn column = (StringColumn) argument;
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(nulls, rows[i])) {
        continue;
      }
      consider(slots[i], column.value(rows[i]));
    }
  }

  private void consider(int slot, byte[] value) {
    byte[] extreme = extremes[slot];
    // UTF-8 sorts by its unsigned bytes as its code points do.
    if (extreme == null || (greatest ? 1 : -1) * Arrays.compareUnsigned(value, extreme) > 0) {
      extremes[slot] = value;
      bytes += value.length - (extreme == null ? 0 : extreme.length);
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    StringExtremes more = (StringExtremes) other;
    for (int i = 0; i < count; i++) {
      byte[] extreme = more.extremes[i];
      if (extreme != null) {
        consider(slots[i], extreme);
      }
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    byte[] extreme = extremes[slot];
    out.putByte(extreme == null ? 0 : 1);
    if (extreme != null) {
      out.putBytes(extreme);
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    if (in.get() != 0) {
      consider(slot, StateWriter.bytes(in));
    }
  }

  @Override
  public Column results(int[] slots) {
    byte[] @Nullable [] results = new byte[slots.length][];
    for (int i = 0; i < slots.length; i++) {
      results[i] = extremes[slots[i]];
    }
    return Texts.column(results);
  }

  @Override
  public long bytes() {
    return bytes + (long) Texts.OVERHEAD * extremes.length;
  }
}
