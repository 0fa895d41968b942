package dev.sluice.engine.aggregate;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;

/** SUM and AVG of LONG. */
final class LongSums implements Accumulator {
  private static final long EXACT_IN_DOUBLE = 1L << 53;

  private final boolean average;
  private final WideSums sums = new WideSums();

  LongSums(boolean average) {
    this.average = average;
  }

  @Override
  public void grow(int groups) {
    sums.grow(groups);
  }

  @Override
  public void add(Column argument, Order order, int[] rows, int[] slots, int count) {
    LongColumn column = (LongColumn) argument;
    long[] values = column.values();
    long[] nulls = column.nulls();
    for (int i = 0; i < count; i++) {
      if (!Bitmap.get(nulls, rows[i])) {
        sums.add(slots[i], values[rows[i]]);
      }
    }
  }

  @Override
  public void merge(Accumulator other, int[] slots, int count) {
    LongSums more = (LongSums) other;
    for (int i = 0; i < count; i++) {
      sums.merge(slots[i], more.sums, i);
    }
  }

  @Override
  public void write(int slot, StateWriter out) {
    sums.write(slot, out);
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    sums.read(slot, in);
  }

  @Override
  public Column results(int[] slots) {
    long[] nulls = Bitmap.none(slots.length);
    long[] totals = new long[average ? 0 : slots.length];
    double[] averages = new double[average ? slots.length : 0];
    for (int i = 0; i < slots.length; i++) {
      int slot = slots[i];
      if (sums.count(slot) == 0) {
        Bitmap.set(nulls, i);
      } else if (average) {
        averages[i] = average(slot);
      } else {
        totals[i] = sum(slot);
      }
    }
    return average
        ? new DoubleColumn(averages, nulls)
        : new LongColumn(FieldType.LONG, totals, nulls);
  }

  private long sum(int slot) {
    if (!sums.fitsLong(slot)) {
      throw Problem.of(
              ProblemCode.QUERY_OVERFLOW,
              "a SUM is outside the range of LONG: cast its argument to DOUBLE")
          .toException();
    }
    return sums.longSum(slot);
  }

  private double average(int slot) {
    if (sums.fitsLong(slot) && Math.abs(sums.longSum(slot)) <= EXACT_IN_DOUBLE) {
      return (double) sums.longSum(slot) / sums.count(slot);
    }
    return new BigDecimal(sums.sum(slot))
        .divide(BigDecimal.valueOf(sums.count(slot)), MathContext.DECIMAL128)
        .doubleValue();
  }

  @Override
  public long bytes() {
    return sums.bytes();
  }
}
