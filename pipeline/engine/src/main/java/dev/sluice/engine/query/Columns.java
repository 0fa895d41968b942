package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes rows out of columns. */
final class Columns {
  private Columns() {}

  /**
   * The selected rows alone, one after the other: what leaves a query must not hold on to the batch
   * it came from.
   */
  static Column[] gather(Column[] columns, Rows selection) {
    return gather(columns, selection.selected(), selection.count());
  }

  /** The first {@code count} of these rows. */
  static Column[] gather(Column[] columns, int[] rows, int count) {
    Column[] gathered = new Column[columns.length];
    for (int c = 0; c < columns.length; c++) {
      gathered[c] = gather(columns[c], rows, count);
    }
    return gathered;
  }

  private static Column gather(Column column, int[] rows, int count) {
    long[] nulls = nulls(column.nulls(), rows, count);
    if (column instanceof StringColumn string) {
      int[] codes = new int[count];
      byte[][] dictionary = new byte[count][];
      for (int i = 0; i < count; i++) {
        codes[i] = i;
        dictionary[i] = Bitmap.get(nulls, i) ? new byte[0] : string.value(rows[i]);
      }
      return new StringColumn(codes, dictionary, count, nulls);
    }
    if (column instanceof DoubleColumn doubles) {
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = doubles.values()[rows[i]];
      }
      return new DoubleColumn(values, nulls);
    }
    LongColumn longs = (LongColumn) column;
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = longs.values()[rows[i]];
    }
    return new LongColumn(longs.type(), values, nulls);
  }

  /**
   * A column with some of its rows replaced.
   *
   * @param by another of the same type; null: NULL
   */
  static Column replaced(Column of, boolean[] rows, @Nullable Column by) {
    int count = rows.length;
    long[] nulls = Bitmap.none(count);
    for (int i = 0; i < count; i++) {
      if (rows[i] ? by == null || by.isNull(i) : of.isNull(i)) {
        Bitmap.set(nulls, i);
      }
    }
    Column other = by == null ? of : by;
    if (of instanceof StringColumn text) {
      byte[][] dictionary = new byte[count][];
      for (int i = 0; i < count; i++) {
        StringColumn from = rows[i] ? (StringColumn) other : text;
        dictionary[i] = Bitmap.get(nulls, i) ? new byte[0] : from.value(i);
      }
      return new StringColumn(IntStream.range(0, count).toArray(), dictionary, count, nulls);
    }
    if (of instanceof DoubleColumn doubles) {
      double[] values = new double[count];
      for (int i = 0; i < count; i++) {
        values[i] = (rows[i] ? (DoubleColumn) other : doubles).values()[i];
      }
      return new DoubleColumn(values, nulls);
    }
    LongColumn longs = (LongColumn) of;
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = (rows[i] ? (LongColumn) other : longs).values()[i];
    }
    return new LongColumn(longs.type(), values, nulls);
  }

  /** The first {@code count} of these rows, any of them any number of times; texts are shared. */
  static Column pick(Column column, int[] rows, int count) {
    if (!(column instanceof StringColumn string)) {
      return gather(column, rows, count);
    }
    int[] codes = new int[count];
    for (int i = 0; i < count; i++) {
      codes[i] = string.codes()[rows[i]];
    }
    return new StringColumn(
        codes, string.dictionary(), string.distinct(), nulls(string.nulls(), rows, count));
  }

  private static long @Nullable [] nulls(long @Nullable [] of, int[] rows, int count) {
    if (of == null) {
      return null;
    }
    long[] nulls = Bitmap.none(count);
    for (int i = 0; i < count; i++) {
      if (Bitmap.get(of, rows[i])) {
        Bitmap.set(nulls, i);
      }
    }
    return nulls;
  }
}
