package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A function by its name: NULL where an operand is. Where all operands but the first, a STRING, are
 * literals, it is called once per distinct value that occurs, if that is less work than once per
 * row.
 *
 * @param name stands for the function in the canonical text: equal names, equal functions
 * @param function of the kind that the type asks for
 * @param fails whether it can end in a problem
 */
record Call(
    String name, FieldType type, List<Expression> operands, RowFunction function, boolean fails)
    implements Node {
  private static final byte[] NONE = new byte[0];

  Call {
    operands = List.copyOf(operands);
  }

  @Override
  public Column evaluate(Rows rows) {
    Operand[] evaluated = new Operand[operands.size()];
    long @Nullable [] nulls = null;
    for (int i = 0; i < evaluated.length; i++) {
      evaluated[i] = Operand.of(operands.get(i), rows);
      nulls = Bitmap.or(nulls, evaluated[i].nulls());
    }
    Rows live = Nulls.skip(rows, nulls);
    Known known = Known.of(evaluated, live);
    RowValues values = new RowValues(evaluated);
    if (function instanceof RowFunction.OfText text) {
      return texts(text, values, live, known, nulls);
    }
    return function instanceof RowFunction.OfNumber number
        ? numbers(number, values, live, known, nulls)
        : wholes((RowFunction.OfWhole) function, values, live, known, nulls);
  }

  private static Column texts(
      RowFunction.OfText function,
      RowValues values,
      Rows rows,
      Known known,
      long @Nullable [] before) {
    StringDictionary dictionary = new StringDictionary();
    int[] codes = new int[rows.size()];
    long @Nullable [] nulls = before;
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      int same = known.find(row);
      if (same >= 0) {
        codes[row] = codes[same];
        if (Bitmap.get(nulls, same)) {
          nulls = with(nulls, row, before, rows.size());
        }
        continue;
      }
      values.moveTo(row);
      byte[] text = function.apply(values);
      if (text == null) {
        nulls = with(nulls, row, before, rows.size());
      }
      codes[row] = dictionary.code(text == null ? NONE : text);
    }
    return dictionary.column(codes, nulls);
  }

  /** With one row more; those before are a column's own, and are copied first. */
  private static long[] with(long @Nullable [] nulls, int row, long @Nullable [] before, int size) {
    long[] own =
        nulls != null && nulls != before
            ? nulls
            : nulls == null ? Bitmap.none(size) : Arrays.copyOf(nulls, Bitmap.none(size).length);
    Bitmap.set(own, row);
    return own;
  }

  private static Column numbers(
      RowFunction.OfNumber function,
      RowValues values,
      Rows rows,
      Known known,
      long @Nullable [] nulls) {
    double[] result = new double[rows.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      int same = known.find(row);
      if (same >= 0) {
        result[row] = result[same];
      } else {
        values.moveTo(row);
        result[row] = function.apply(values);
      }
    }
    return new DoubleColumn(result, nulls);
  }

  private Column wholes(
      RowFunction.OfWhole function,
      RowValues values,
      Rows rows,
      Known known,
      long @Nullable [] nulls) {
    long[] result = new long[rows.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      int same = known.find(row);
      if (same >= 0) {
        result[row] = result[same];
      } else {
        values.moveTo(row);
        result[row] = function.apply(values);
      }
    }
    return new LongColumn(type, result, nulls);
  }

  /**
   * The rows whose result is known, by the code of their text.
   *
   * @param codes of the first operand
   * @param rows the row, plus one, that first had a code; empty: nothing is looked up
   */
  @SuppressWarnings("ArrayRecordComponent") // the arrays are the point; they are never compared
  private record Known(int[] codes, int[] rows) {
    private static final Known NOTHING = new Known(new int[0], new int[0]);

    static Known of(Operand[] operands, Rows rows) {
      if (operands.length == 0
          || operands[0].mask() == 0
          || !(operands[0].column() instanceof StringColumn strings)
          || strings.distinct() > rows.count()) {
        return NOTHING;
      }
      for (int i = 1; i < operands.length; i++) {
        if (operands[i].mask() != 0) {
          return NOTHING;
        }
      }
      return new Known(strings.codes(), new int[strings.distinct()]);
    }

    /** An earlier row of the same text; -1 if this is the first, which is noted. */
    int find(int row) {
      if (rows.length == 0) {
        return -1;
      }
      int code = codes[row];
      int same = rows[code] - 1;
      if (same < 0) {
        rows[code] = row + 1;
      }
      return same;
    }
  }

  @Override
  public boolean mayFail() {
    return fails || operands.stream().anyMatch(Node::mayFail);
  }

  @Override
  public String toString() {
    return operands.stream()
        .map(Expression::toString)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
