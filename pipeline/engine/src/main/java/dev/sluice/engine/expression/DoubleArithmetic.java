package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.stream.FieldType;

/**
 * Arithmetic of binary64. What leaves its range is an error, so that no infinity and no NaN comes
 * up; what is too small for it is 0.
 */
record DoubleArithmetic(Arithmetic operator, Expression left, Expression right) implements Node {

  @Override
  public FieldType type() {
    return FieldType.DOUBLE;
  }

  @Override
  public Column evaluate(Rows rows) {
    Operand a = Operand.of(left, rows);
    Operand b = Operand.of(right, rows);
    long[] nulls = Bitmap.or(a.nulls(), b.nulls());
    Rows live = Nulls.skip(rows, nulls);
    double[] result = new double[rows.size()];
    switch (operator) {
      case ADD -> add(a, b, live, result);
      case SUBTRACT -> subtract(a, b, live, result);
      case MULTIPLY -> multiply(a, b, live, result);
      case DIVIDE, REMAINDER -> divide(a, b, live, result);
    }
    requireFinite(a, b, live, result);
    return new DoubleColumn(result, nulls);
  }

  private static void add(Operand a, Operand b, Rows rows, double[] result) {
    double[] left = a.doubles();
    double[] right = b.doubles();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      result[row] = left[row & a.mask()] + right[row & b.mask()];
    }
  }

  private static void subtract(Operand a, Operand b, Rows rows, double[] result) {
    double[] left = a.doubles();
    double[] right = b.doubles();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      result[row] = left[row & a.mask()] - right[row & b.mask()];
    }
  }

  private static void multiply(Operand a, Operand b, Rows rows, double[] result) {
    double[] left = a.doubles();
    double[] right = b.doubles();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      result[row] = left[row & a.mask()] * right[row & b.mask()];
    }
  }

  private void divide(Operand a, Operand b, Rows rows, double[] result) {
    double[] left = a.doubles();
    double[] right = b.doubles();
    int[] selected = rows.selected();
    boolean quotient = operator == Arithmetic.DIVIDE;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      double x = left[row & a.mask()];
      double y = right[row & b.mask()];
      if (y == 0) {
        throw Failures.divisionByZero(text(x, y));
      }
      result[row] = quotient ? x / y : x % y;
    }
  }

  private void requireFinite(Operand a, Operand b, Rows rows, double[] result) {
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      if (!(Math.abs(result[row]) <= Double.MAX_VALUE)) {
        throw Failures.overflow(
            text(a.doubles()[row & a.mask()], b.doubles()[row & b.mask()]), "DOUBLE");
      }
    }
  }

  private String text(double x, double y) {
    return x + " " + operator.symbol() + " " + y;
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public String toString() {
    return operator.text(left, right);
  }
}
