package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Columns of given values, and values of columns. */
public final class TestColumns {
  private TestColumns() {}

  /**
   * @param values Long, Double, String, Boolean (as the type says; Long for a TIMESTAMP) or null
   */
  public static Column column(FieldType type, @Nullable Object... values) {
    long[] nulls = null;
    long[] longs = new long[values.length];
    double[] doubles = new double[values.length];
    int[] codes = new int[values.length];
    List<byte[]> dictionary = new ArrayList<>();
    Map<Object, Integer> known = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value == null) {
        nulls = nulls == null ? Bitmap.none(values.length) : nulls;
        Bitmap.set(nulls, i);
        // What stands at a null row must not be looked at.
        longs[i] = Long.MIN_VALUE;
        doubles[i] = Double.NaN;
        codes[i] = -1;
        continue;
      }
      switch (type) {
        case LONG, TIMESTAMP -> longs[i] = (Long) value;
        case BOOLEAN -> longs[i] = (Boolean) value ? 1 : 0;
        case DOUBLE -> doubles[i] = (Double) value;
        case STRING -> {
          if (known.putIfAbsent(value, known.size()) == null) {
            dictionary.add(((String) value).getBytes(UTF_8));
          }
          codes[i] = known.getOrDefault(value, 0);
        }
      }
    }
    return switch (type) {
      case STRING ->
          new StringColumn(codes, dictionary.toArray(byte[][]::new), dictionary.size(), nulls);
      case DOUBLE -> new DoubleColumn(doubles, nulls);
      case LONG, TIMESTAMP, BOOLEAN -> new LongColumn(type, longs, nulls);
    };
  }

  /** The value at a row, as {@link #column} takes it. */
  public static @Nullable Object value(Column column, int row) {
    if (column.isNull(row)) {
      return null;
    }
    return switch (column.type()) {
      case STRING -> new String(((StringColumn) column).value(row), UTF_8);
      case DOUBLE -> ((DoubleColumn) column).values()[row];
      case BOOLEAN -> ((LongColumn) column).values()[row] != 0;
      case LONG, TIMESTAMP -> ((LongColumn) column).values()[row];
    };
  }

  /** The expression's values at the selected rows. */
  public static List<@Nullable Object> values(Expression expression, Rows rows) {
    Column column = expression.evaluate(rows);
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < rows.count(); i++) {
      values.add(value(column, rows.selected()[i]));
    }
    return values;
  }
}
