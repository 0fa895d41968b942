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

/**
 * GREATEST or LEAST of the operands that are not NULL; NULL if all are.
 *
 * @param operands of one type; at least one
 */
record Extreme(boolean greatest, List<Expression> operands) implements Node {
  Extreme {
    operands = List.copyOf(operands);
  }

  @Override
  public FieldType type() {
    return operands.get(0).type();
  }

  @Override
  public Column evaluate(Rows rows) {
    Column[] columns = new Column[operands.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = operands.get(i).evaluate(rows);
    }
    int[] chosen = new int[rows.count()];
    long[] nulls = Bitmap.none(rows.size());
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      chosen[i] = choose(columns, row);
      if (chosen[i] < 0) {
        Bitmap.set(nulls, row);
      }
    }
    return gather(columns, chosen, rows, nulls);
  }

  /** The operand whose value it is; -1 if all are NULL. */
  private int choose(Column[] columns, int row) {
    int best = -1;
    for (int c = 0; c < columns.length; c++) {
      if (!columns[c].isNull(row)
          && (best < 0 || (greatest ? 1 : -1) * compare(columns[c], columns[best], row) > 0)) {
        best = c;
      }
    }
    return best;
  }

  private static int compare(Column a, Column b, int row) {
    if (a instanceof StringColumn text && b instanceof StringColumn other) {
      return Arrays.compareUnsigned(text.value(row), other.value(row));
    }
    if (a instanceof DoubleColumn number && b instanceof DoubleColumn other) {
      return Double.compare(number.values()[row] + 0.0, other.values()[row] + 0.0);
    }
    return Long.compare(((LongColumn) a).values()[row], ((LongColumn) b).values()[row]);
  }

  private Column gather(Column[] columns, int[] chosen, Rows rows, long[] nulls) {
    long[] longs = new long[rows.size()];
    double[] doubles = new double[type() == FieldType.DOUBLE ? rows.size() : 0];
    int[] codes = new int[type() == FieldType.STRING ? rows.size() : 0];
    StringDictionary dictionary = new StringDictionary();
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      if (chosen[i] < 0) {
        continue;
      }
      Column column = columns[chosen[i]];
      if (column instanceof StringColumn strings) {
        codes[row] = dictionary.code(strings.value(row));
      } else if (column instanceof DoubleColumn numbers) {
        doubles[row] = numbers.values()[row];
      } else {
        longs[row] = ((LongColumn) column).values()[row];
      }
    }
    return switch (type()) {
      case STRING -> dictionary.column(codes, nulls);
      case DOUBLE -> new DoubleColumn(doubles, nulls);
      case LONG, BOOLEAN, TIMESTAMP -> new LongColumn(type(), longs, nulls);
    };
  }

  @Override
  public boolean mayFail() {
    return operands.stream().anyMatch(Node::mayFail);
  }

  @Override
  public String toString() {
    return operands.stream()
        .map(Expression::toString)
        .collect(Collectors.joining(", ", greatest ? "GREATEST(" : "LEAST(", ")"));
  }
}
