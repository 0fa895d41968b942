package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/** A strict predicate of one or two operands: NULL where one of them is. */
abstract class Predicate implements Selecting {
  private final Expression left;
  private final Expression right;

  /**
   * @param right a literal that nobody reads, for a predicate of one operand
   */
  Predicate(Expression left, Expression right) {
    this.left = left;
    this.right = right;
  }

  Expression left() {
    return left;
  }

  Expression right() {
    return right;
  }

  /**
   * Writes the rows where it holds.
   *
   * @param rows not null in either operand
   */
  abstract int matches(Operand a, Operand b, Rows rows, int[] into);

  @Override
  public FieldType type() {
    return FieldType.BOOLEAN;
  }

  @Override
  public int select(Rows rows, int[] into) {
    Operand a = Operand.of(left, rows);
    Operand b = Operand.of(right, rows);
    return matches(a, b, Nulls.skip(rows, Bitmap.or(a.nulls(), b.nulls())), into);
  }

  @Override
  public Column evaluate(Rows rows) {
    Operand a = Operand.of(left, rows);
    Operand b = Operand.of(right, rows);
    long[] nulls = Bitmap.or(a.nulls(), b.nulls());
    int[] into = new int[rows.count()];
    int count = matches(a, b, Nulls.skip(rows, nulls), into);
    long[] result = new long[rows.size()];
    for (int i = 0; i < count; i++) {
      result[into[i]] = 1;
    }
    return new LongColumn(FieldType.BOOLEAN, result, nulls);
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(left) || Node.mayFail(right);
  }
}
