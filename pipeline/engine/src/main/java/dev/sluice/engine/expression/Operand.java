package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import org.jspecify.annotations.Nullable;

/**
 * An evaluated operand. A literal is one value and not a column of equal values: the value at a row
 * is at index {@code row & mask}.
 *
 * @param mask 0 for a literal, else -1
 */
record Operand(Column column, int mask) {

  static Operand of(Expression expression, Rows rows) {
    return expression instanceof Literal literal
        ? new Operand(literal.single(), 0)
        : new Operand(expression.evaluate(rows), -1);
  }

  /** Null for a literal: a NULL literal is folded away where an operator is strict. */
  long @Nullable [] nulls() {
    return mask == 0 ? null : column.nulls();
  }

  long[] longs() {
    return ((LongColumn) column).values();
  }

  double[] doubles() {
    return ((DoubleColumn) column).values();
  }

  StringColumn strings() {
    return (StringColumn) column;
  }
}
