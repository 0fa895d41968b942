package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One value for every row. Operators take it as one; only a caller that wants a column gets one.
 */
final class Literal implements Node {
  private final Column single;

  /** The greatest column asked for so far. Any thread may replace it: all are equal. */
  private volatile @Nullable Column filled;

  private Literal(Column single) {
    this.single = single;
  }

  static Literal of(FieldType type, long value) {
    return new Literal(new LongColumn(type, new long[] {value}, null));
  }

  static Literal of(double value) {
    return new Literal(new DoubleColumn(new double[] {value}, null));
  }

  static Literal of(byte[] value) {
    return new Literal(new StringColumn(new int[1], new byte[][] {value}, 1, null));
  }

  static Literal nullOf(FieldType type) {
    return new Literal(fill(type, new long[] {1}, 1));
  }

  /** The value at a row of a column. */
  static Literal at(Column column, int row) {
    if (column.isNull(row)) {
      return nullOf(column.type());
    }
    if (column instanceof StringColumn strings) {
      return of(strings.value(row));
    }
    if (column instanceof DoubleColumn doubles) {
      return of(doubles.values()[row]);
    }
    return of(column.type(), ((LongColumn) column).values()[row]);
  }

  /** A column of the one value. */
  Column single() {
    return single;
  }

  boolean isNull() {
    return single.isNull(0);
  }

  @Override
  public FieldType type() {
    return single.type();
  }

  @Override
  public Column evaluate(Rows rows) {
    Column column = filled;
    if (column == null || length(column) < rows.size()) {
      column = fill(rows.size());
      filled = column;
    }
    return column;
  }

  private Column fill(int size) {
    if (isNull()) {
      long[] nulls = Bitmap.none(size);
      Arrays.fill(nulls, -1L);
      return fill(type(), nulls, size);
    }
    if (single instanceof StringColumn strings) {
      return new StringColumn(new int[size], strings.dictionary(), 1, null);
    }
    if (single instanceof DoubleColumn doubles) {
      double[] values = new double[size];
      Arrays.fill(values, doubles.values()[0]);
      return new DoubleColumn(values, null);
    }
    long[] values = new long[size];
    Arrays.fill(values, ((LongColumn) single).values()[0]);
    return new LongColumn(type(), values, null);
  }

  private static Column fill(FieldType type, long[] nulls, int size) {
    return switch (type) {
      case STRING -> new StringColumn(new int[size], new byte[0][], 0, nulls);
      case DOUBLE -> new DoubleColumn(new double[size], nulls);
      case LONG, BOOLEAN, TIMESTAMP -> new LongColumn(type, new long[size], nulls);
    };
  }

  private static int length(Column column) {
    if (column instanceof StringColumn strings) {
      return strings.codes().length;
    }
    return column instanceof DoubleColumn doubles
        ? doubles.values().length
        : ((LongColumn) column).values().length;
  }

  @Override
  public boolean mayFail() {
    return false;
  }

  @Override
  public String toString() {
    if (isNull()) {
      return "NULL:" + type();
    }
    if (single instanceof StringColumn strings) {
      return "'" + new String(strings.value(0), UTF_8).replace("'", "''") + "'";
    }
    if (single instanceof DoubleColumn doubles) {
      return Double.toString(doubles.values()[0]);
    }
    long value = ((LongColumn) single).values()[0];
    return switch (type()) {
      case BOOLEAN -> value != 0 ? "TRUE" : "FALSE";
      case TIMESTAMP -> "TIMESTAMP " + Instant.ofEpochMilli(value);
      default -> Long.toString(value);
    };
  }
}
