package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;

/**
 * A function of a LONG and a parameter, LONG too.
 *
 * @param parameter what the operation makes of it is its own matter
 */
record LongFunction(Operation operation, Expression operand, Expression parameter) implements Node {

  /** The functions. */
  enum Operation {
    NEGATE,
    ABS,
    /** The parameter is the number of digits after the point. */
    ROUND,
    /** The parameter is the greatest value: an error above it, or below its complement. */
    WITHIN
  }

  @Override
  public FieldType type() {
    return FieldType.LONG;
  }

  @Override
  public Column evaluate(Rows rows) {
    Operand a = Operand.of(operand, rows);
    Operand b = Operand.of(parameter, rows);
    long[] nulls = Bitmap.or(a.nulls(), b.nulls());
    Rows live = Nulls.skip(rows, nulls);
    long[] result = new long[rows.size()];
    long[] values = a.longs();
    long[] parameters = b.longs();
    int[] selected = live.selected();
    for (int i = 0; i < live.count(); i++) {
      int row = selected[i];
      result[row] = apply(values[row & a.mask()], parameters[row & b.mask()]);
    }
    return new LongColumn(FieldType.LONG, result, nulls);
  }

  private long apply(long x, long parameter) {
    return switch (operation) {
      case NEGATE -> negate(x);
      case ABS -> x < 0 ? negate(x) : x;
      case ROUND -> round(x, parameter);
      case WITHIN -> within(x, parameter);
    };
  }

  private long negate(long x) {
    if (x == Long.MIN_VALUE) {
      throw Failures.overflow(
          operation == Operation.ABS ? "ABS(" + x + ")" : "-(" + x + ")", "LONG");
    }
    return -x;
  }

  private static long round(long x, long digits) {
    try {
      return Numbers.round(x, digits);
    } catch (ArithmeticException e) {
      throw Failures.overflow("ROUND(" + x + ", " + digits + ")", "LONG");
    }
  }

  private static long within(long x, long greatest) {
    if (x > greatest || x < ~greatest) {
      throw Failures.overflow(
          Long.toString(x),
          "whole number of " + (greatest == Integer.MAX_VALUE ? 32 : 16) + " bits");
    }
    return x;
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public String toString() {
    return switch (operation) {
      case NEGATE -> "-(" + operand + ")";
      case ABS -> "ABS(" + operand + ")";
      case ROUND, WITHIN -> operation + "(" + operand + ", " + parameter + ")";
    };
  }
}
