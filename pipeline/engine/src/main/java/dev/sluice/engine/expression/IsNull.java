package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;

/** IS NULL, or IS NOT NULL. */
record IsNull(Expression operand, boolean wanted) implements Selecting {
  @Override
  public FieldType type() {
    return FieldType.BOOLEAN;
  }

  @Override
  public int select(Rows rows, int[] into) {
    long[] nulls = operand.evaluate(rows).nulls();
    Rows found = wanted ? Nulls.only(rows, nulls) : Nulls.skip(rows, nulls);
    System.arraycopy(found.selected(), 0, into, 0, found.count());
    return found.count();
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
    return "(" + operand + (wanted ? " IS NULL)" : " IS NOT NULL)");
  }
}
