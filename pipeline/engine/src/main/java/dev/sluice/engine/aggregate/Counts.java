package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** COUNT(*) and COUNT(x). */
final class Counts implements Accumulator {
  /** What COUNT(*) counts: a column whose values nobody reads, without a null. */
  static final Column EVERY_ROW = new LongColumn(FieldType.LONG, new long[0], null);

  private long[] counts = new long[0];

  @Override
  public void grow(int groups) {
    counts = Arrays.copyOf(counts, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    long[] nulls = argument.nulls();
    for (int i = 0; i < count; i++) {
      if (!Bitmap.get(nulls, rows[i])) {
        counts[slots[i]]++;
      }
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    long[] more = ((Counts) other).counts;
    for (int i = 0; i < count; i++) {
      counts[slots[i]] += more[i];
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putLong(counts[slot]);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    counts[slot] += in.getLong();
  }

  @Override
  public Column results(int[] slots) {
    long[] results = new long[slots.length];
    for (int i = 0; i < slots.length; i++) {
      results[i] = counts[slots[i]];
    }
    return new LongColumn(FieldType.LONG, results, null);
  }

  @Override
  public long bytes() {
    return (long) Long.BYTES * counts.length;
  }
}
