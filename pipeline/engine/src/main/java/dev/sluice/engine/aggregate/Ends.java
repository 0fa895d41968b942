package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** FIRST_VALUE and LAST_VALUE: that of the first or the last event whose value is not NULL. */
final class Ends implements Accumulator {
  private final FieldType type;
  private final boolean last;
  private final KeyColumn values;
  private boolean[] any = new boolean[0];
  private long[] times = new long[0];
  private int[] partitions = new int[0];
  private long[] offsets = new long[0];

  Ends(FieldType type, boolean last) {
    this.type = type;
    this.last = last;
    this.values = new KeyColumn(type);
  }

  @Override
  public void grow(int groups) {
    values.grow(groups);
    for (int slot = any.length; slot < groups; slot++) {
      values.setNull(slot);
    }
    any = Arrays.copyOf(any, groups);
    times = Arrays.copyOf(times, groups);
    partitions = Arrays.copyOf(partitions, groups);
    offsets = Arrays.copyOf(offsets, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    long[] nulls = argument.nulls();
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      int slot = slots[i];
      if (!Bitmap.get(nulls, row)
          && take(slot, order.time()[row], order.partition(), order.offset()[row])) {
        values.set(slot, argument, row);
      }
    }
  }

  /** Whether a value there is the group's end so far; if so, it is noted. */
  private boolean take(int slot, long time, int partition, long offset) {
    if (any[slot]) {
      int order =
          Order.compare(time, partition, offset, times[slot], partitions[slot], offsets[slot]);
      // Of the rows of one event, which have one place, the first comes first.
      if (last ? order < 0 : order >= 0) {
        return false;
      }
    }
    any[slot] = true;
    times[slot] = time;
    partitions[slot] = partition;
    offsets[slot] = offset;
    return true;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    Ends more = (Ends) other;
    for (int i = 0; i < count; i++) {
      if (more.any[i] && take(slots[i], more.times[i], more.partitions[i], more.offsets[i])) {
        values.set(slots[i], more.values, i);
      }
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    out.putByte(any[slot] ? 1 : 0);
    if (any[slot]) {
      out.putLong(times[slot]).putInt(partitions[slot]).putLong(offsets[slot]);
      values.write(slot, out);
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    if (in.get() == 0) {
      return;
    }
    boolean taken = take(slot, in.getLong(), in.getInt(), in.getLong());
    KeyColumn one = KeyColumn.one(type, in);
    if (taken) {
      values.set(slot, one, 0);
    }
  }

  @Override
  public Column results(int[] slots) {
    return values.results(slots);
  }

  @Override
  public long bytes() {
    return values.bytes() + 21L * any.length;
  }
}
