package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/** A column put together from several: a row has what was put there last. */
final class ColumnMerge {
  private final FieldType type;
  private final int size;
  private final long[] longs;
  private final double[] doubles;
  private final int[] codes;
  private final StringDictionary dictionary = new StringDictionary();
  private long @Nullable [] nulls;

  ColumnMerge(FieldType type, int size) {
    this.type = type;
    this.size = size;
    this.doubles = new double[type == FieldType.DOUBLE ? size : 0];
    this.codes = new int[type == FieldType.STRING ? size : 0];
    this.longs = new long[type == FieldType.DOUBLE || type == FieldType.STRING ? 0 : size];
  }

  /**
   * Puts the expression's values at the rows.
   *
   * @return the expression's nulls
   */
  long @Nullable [] put(Expression expression, Rows rows) {
    Column column = expression.evaluate(rows);
    putNulls(column.nulls(), rows);
    Rows live = Nulls.skip(rows, column.nulls());
    int[] selected = live.selected();
    if (column instanceof StringColumn strings) {
      dictionary.putAll(strings, live, codes);
    } else if (column instanceof DoubleColumn from) {
      for (int i = 0; i < live.count(); i++) {
        doubles[selected[i]] = from.values()[selected[i]];
      }
    } else {
      long[] from = ((LongColumn) column).values();
      for (int i = 0; i < live.count(); i++) {
        longs[selected[i]] = from[selected[i]];
      }
    }
    return column.nulls();
  }

  private void putNulls(long @Nullable [] from, Rows rows) {
    if (from == null && nulls == null) {
      return;
    }
    if (nulls == null) {
      nulls = Bitmap.none(size);
    }
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      if (Bitmap.get(from, row)) {
        Bitmap.set(nulls, row);
      } else {
        nulls[row >> 6] &= ~(1L << row);
      }
    }
  }

  Column column() {
    return switch (type) {
      case STRING -> dictionary.column(codes, nulls);
      case DOUBLE -> new DoubleColumn(doubles, nulls);
      case LONG, BOOLEAN, TIMESTAMP -> new LongColumn(type, longs, nulls);
    };
  }
}
