package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/**
 * Arithmetic of whole numbers, and of TIMESTAMPs with milliseconds. Division truncates toward zero,
 * a remainder has the sign of the dividend, what leaves 64 bits is an error.
 *
 * @param type LONG or TIMESTAMP
 */
record LongArithmetic(Arithmetic operator, FieldType type, Expression left, Expression right)
    implements Node {

  @Override
  public Column evaluate(Rows rows) {
    Operand a = Operand.of(left, rows);
    Operand b = Operand.of(right, rows);
    long[] nulls = Bitmap.or(a.nulls(), b.nulls());
    Rows live = Nulls.skip(rows, nulls);
    long[] result = new long[rows.size()];
    switch (operator) {
      case ADD -> add(a, b, live, result);
      case SUBTRACT -> subtract(a, b, live, result);
      case MULTIPLY -> multiply(a, b, live, result);
      case DIVIDE -> divide(a, b, live, result);
      case REMAINDER -> remainder(a, b, live, result);
    }
    return new LongColumn(type, result, nulls);
  }

  private void add(Operand a, Operand b, Rows rows, long[] result) {
    long[] left = a.longs();
    long[] right = b.longs();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      long x = left[row & a.mask()];
      long y = right[row & b.mask()];
      long sum = x + y;
      if (((x ^ sum) & (y ^ sum)) < 0) {
        throw overflow(x, y);
      }
      result[row] = sum;
    }
  }

  private void subtract(Operand a, Operand b, Rows rows, long[] result) {
    long[] left = a.longs();
    long[] right = b.longs();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      long x = left[row & a.mask()];
      long y = right[row & b.mask()];
      long difference = x - y;
      if (((x ^ y) & (x ^ difference)) < 0) {
        throw overflow(x, y);
      }
      result[row] = difference;
    }
  }

  private void multiply(Operand a, Operand b, Rows rows, long[] result) {
    long[] left = a.longs();
    long[] right = b.longs();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      long x = left[row & a.mask()];
      long y = right[row & b.mask()];
      long product = x * y;
      if (Math.multiplyHigh(x, y) != product >> 63) {
        throw overflow(x, y);
      }
      result[row] = product;
    }
  }

  private void divide(Operand a, Operand b, Rows rows, long[] result) {
    long[] left = a.longs();
    long[] right = b.longs();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      long x = left[row & a.mask()];
      long y = right[row & b.mask()];
      if (y == 0) {
        throw Failures.divisionByZero(text(x, y));
      }
      if (y == -1 && x == Long.MIN_VALUE) {
        throw overflow(x, y);
      }
      result[row] = x / y;
    }
  }

  private void remainder(Operand a, Operand b, Rows rows, long[] result) {
    long[] left = a.longs();
    long[] right = b.longs();
    int[] selected = rows.selected();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      long y = right[row & b.mask()];
      if (y == 0) {
        throw Failures.divisionByZero(text(left[row & a.mask()], y));
      }
      result[row] = left[row & a.mask()] % y;
    }
  }

  private RuntimeException overflow(long x, long y) {
    return Failures.overflow(text(x, y), type.name());
  }

  private String text(long x, long y) {
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
