package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;

/** The number of characters of a STRING. */
record CharLength(Expression operand) implements Node {
  @Override
  public FieldType type() {
    return FieldType.LONG;
  }

  @Override
  public Column evaluate(Rows rows) {
    StringColumn column = (StringColumn) operand.evaluate(rows);
    Rows live = Nulls.skip(rows, column.nulls());
    long[] result = new long[rows.size()];
    for (int i = 0; i < live.count(); i++) {
      int row = live.selected()[i];
      result[row] = Text.length(column.value(row));
    }
    return new LongColumn(FieldType.LONG, result, column.nulls());
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(operand);
  }

  @Override
  public String toString() {
    return "CHAR_LENGTH(" + operand + ")";
  }
}
