package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.Aggregate;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * COUNT, SUM and AVG of distinct values, of all types but STRING. A DOUBLE is kept as its bits,
 * -0.0 as 0.0.
 */
final class DistinctNumbers implements Accumulator {
  private final FieldType type;
  private final Aggregate.Function function;
  private @Nullable LongSet[] sets = new LongSet[0];
  private long bytes;

  DistinctNumbers(FieldType type, Aggregate.Function function) {
    this.type = type;
    this.function = function;
  }

  @Override
  public void grow(int groups) {
    sets = Arrays.copyOf(sets, groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    long[] nulls = argument.nulls();
    double[] doubles = argument instanceof DoubleColumn column ? column.values() : new double[0];
    long[] longs = argument instanceof LongColumn column ? column.values() : new long[0];
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      if (Bitmap.get(nulls, row)) {
        continue;
      }
      long value =
          type == FieldType.DOUBLE ? Double.doubleToRawLongBits(doubles[row] + 0.0) : longs[row];
      add(slots[i], value);
    }
  }

  private void add(int slot, long value) {
    LongSet set = sets[slot];
    long before = 0;
    if (set == null) {
      set = new LongSet();
      sets[slot] = set;
    } else {
      before = set.bytes();
    }
    set.add(value);
    bytes += set.bytes() - before;
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    DistinctNumbers more = (DistinctNumbers) other;
    for (int i = 0; i < count; i++) {
      for (long value : more.members(i)) {
        add(slots[i], value);
      }
    }
  }

  private long[] members(int slot) {
    LongSet set = sets[slot];
    return set == null ? new long[0] : set.members();
  }

  @Override
  public void write(int slot, StateWriter out) {
    long[] members = members(slot);
    out.putInt(members.length);
    for (long member : members) {
      out.putLong(member);
    }
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    for (int i = in.getInt(); i > 0; i--) {
      add(slot, in.getLong());
    }
  }

  @Override
  public Column results(int[] slots) {
    if (function == Aggregate.Function.COUNT_DISTINCT) {
      long[] counts = new long[slots.length];
      for (int i = 0; i < slots.length; i++) {
        LongSet set = sets[slots[i]];
        counts[i] = set == null ? 0 : set.size();
      }
      return new LongColumn(FieldType.LONG, counts, null);
    }
    return sums(slots);
  }

  /** Each set added up in the order of its members, so that the sum is that of the set alone. */
  private Column sums(int[] slots) {
    boolean average = function == Aggregate.Function.AVG_DISTINCT;
    Accumulator sums = type == FieldType.DOUBLE ? new DoubleSums(average) : new LongSums(average);
    sums.grow(slots.length);
    int[] groups = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      groups[i] = i;
      long[] members = members(slots[i]);
      Arrays.sort(members);
      int[] rows = new int[members.length];
      int[] group = new int[members.length];
      for (int m = 0; m < members.length; m++) {
        rows[m] = m;
        group[m] = i;
      }
      sums.add(column(members), Order.NONE, rows, group, members.length);
    }
    return sums.results(groups);
  }

  private Column column(long[] members) {
    if (type != FieldType.DOUBLE) {
      return new LongColumn(type, members, null);
    }
    double[] values = new double[members.length];
    for (int i = 0; i < members.length; i++) {
      values[i] = Double.longBitsToDouble(members[i]);
    }
    return new DoubleColumn(values, null);
  }

  @Override
  public long bytes() {
    return bytes + 4L * sets.length;
  }
}
