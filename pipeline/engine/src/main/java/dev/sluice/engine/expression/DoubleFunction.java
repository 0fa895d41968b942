package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.stream.FieldType;

/**
 * A function of a DOUBLE and a LONG parameter.
 *
 * @param parameter read by ROUND_TO alone: the number of digits after the point
 */
record DoubleFunction(Operation operation, Expression operand, Expression parameter)
    implements Node {

  /** The functions. */
  enum Operation {
    NEGATE,
    ABS,
    FLOOR,
    CEIL,
    /** To a whole number, a half to the even one. */
    ROUND,
    ROUND_TO
  }

  @Override
  public FieldType type() {
    return FieldType.DOUBLE;
  }

  @Override
  public Column evaluate(Rows rows) {
    Operand a = Operand.of(operand, rows);
    Operand b = Operand.of(parameter, rows);
    long[] nulls = Bitmap.or(a.nulls(), b.nulls());
    Rows live = Nulls.skip(rows, nulls);
    double[] result = new double[rows.size()];
    double[] values = a.doubles();
    long[] parameters = b.longs();
    int[] selected = live.selected();
    for (int i = 0; i < live.count(); i++) {
      int row = selected[i];
      result[row] = apply(values[row & a.mask()], parameters[row & b.mask()]);
    }
    return new DoubleColumn(result, nulls);
  }

  private double apply(double x, long parameter) {
    return switch (operation) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case ROUND_TO -> roundTo(x, parameter);
    };
  }

  private static double roundTo(double x, long digits) {
    double rounded = Numbers.round(x, digits);
    if (Double.isInfinite(rounded)) {
      throw Failures.overflow("ROUND(" + x + ", " + digits + ")", "DOUBLE");
    }
    return rounded;
  }

  @Override
  public boolean mayFail() {
    return operation == Operation.ROUND_TO || Node.mayFail(operand) || Node.mayFail(parameter);
  }

  @Override
  public String toString() {
    return switch (operation) {
      case NEGATE -> "-(" + operand + ")";
      case ROUND_TO -> "ROUND(" + operand + ", " + parameter + ")";
      case ABS, FLOOR, CEIL, ROUND -> operation + "(" + operand + ")";
    };
  }
}
