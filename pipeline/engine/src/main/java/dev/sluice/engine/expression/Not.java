package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/** NOT; NULL stays NULL. */
record Not(Expression operand) implements Node {
  @Override
  public FieldType type() {
    return FieldType.BOOLEAN;
  }

  @Override
  public Column evaluate(Rows rows) {
    LongColumn column = (LongColumn) operand.evaluate(rows);
    long[] result = new long[rows.size()];
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      result[row] = column.values()[row] ^ 1;
    }
    return new LongColumn(FieldType.BOOLEAN, result, column.nulls());
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(operand);
  }

  @Override
  public String toString() {
    return "NOT(" + operand + ")";
  }
}
