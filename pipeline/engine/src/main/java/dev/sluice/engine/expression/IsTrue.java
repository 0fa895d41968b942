package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;

/** IS TRUE: FALSE where the operand is NULL. */
record IsTrue(Expression operand) implements Selecting {
  @Override
  public FieldType type() {
    return FieldType.BOOLEAN;
  }

  @Override
  public int select(Rows rows, int[] into) {
    return Filters.select(operand, rows, into);
  }

  @Override
  public Column evaluate(Rows rows) {
    int[] into = new int[rows.count()];
    int count = select(rows, into);
    return Booleans.trueAt(into, count, rows);
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(operand);
  }

  @Override
  public String toString() {
    return "(" + operand + " IS TRUE)";
  }
}
