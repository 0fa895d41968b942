package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** COUNT of distinct STRINGs. */
final class DistinctStrings implements Accumulator {
  private @Nullable TextSet[] sets = new TextSet[0];
  private long bytes;

  @Override
  public void grow(int groups) {
    sets = Arrays.copyOf(sets, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    StringColumn column = (StringColumn) argument;
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (!Bitmap.get(nulls, rows[i])) {
        add(slots[i], column.value(rows[i]));
      }
    }
  }

  private void add(int slot, byte[] value) {
    TextSet set = sets[slot];
    long before = 0;
    if (set == null) {
      set = new TextSet();
      sets[slot] = set;
    } else {
      before = set.bytes();
    }
    set.add(value);
    bytes += set.bytes() - before;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    DistinctStrings more = (DistinctStrings) other;
    for (int i = 0; i < count; i++) {
      for (byte[] value : more.members(i)) {
        add(slots[i], value);
      }
    }
  }

  private byte[][] members(int slot) {
    TextSet set = sets[slot];
    return set == null ? new byte[0][] : set.members();
  }

  @Override
  public void write(int slot, StateWriter out) {
    byte[][] members = members(slot);
    out.putInt(members.length);
    for (byte[] member : members) {
      out.putBytes(member);
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    for (int i = in.getInt(); i > 0; i--) {
      add(slot, StateWriter.bytes(in));
    }
  }

  @Override
  public Column results(int[] slots) {
    long[] counts = new long[slots.length];
    for (int i = 0; i < slots.length; i++) {
      TextSet set = sets[slots[i]];
      counts[i] = set == null ? 0 : set.size();
    }
    return new LongColumn(FieldType.LONG, counts, null);
  }

  @Override
  public long bytes() {
    return bytes + 4L * sets.length;
  }
}
