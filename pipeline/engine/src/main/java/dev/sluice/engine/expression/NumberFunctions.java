package dev.sluice.engine.expression;

import dev.sluice.model.stream.FieldType;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Functions of numbers. NULL where an operand is, unless it says otherwise. */
public final class NumberFunctions {
  private static final Expression NO_PARAMETER = Expressions.literal(0L);

  private NumberFunctions() {}

  public static Expression negate(Expression value) {
    return either(
        value, LongFunction.Operation.NEGATE, DoubleFunction.Operation.NEGATE, NO_PARAMETER);
  }

  public static Expression abs(Expression value) {
    return either(value, LongFunction.Operation.ABS, DoubleFunction.Operation.ABS, NO_PARAMETER);
  }

  /** The whole number not above; a LONG is its own. */
  public static Expression floor(Expression value) {
    return whole(value, DoubleFunction.Operation.FLOOR);
  }

  /** The whole number not below; a LONG is its own. */
  public static Expression ceil(Expression value) {
    return whole(value, DoubleFunction.Operation.CEIL);
  }

  /** The nearest whole number, a half to the even one; a LONG is its own. */
  public static Expression round(Expression value) {
    return whole(value, DoubleFunction.Operation.ROUND);
  }

  /**
   * Rounded to digits after the point (before it, if negative), a half away from zero, on the
   * shortest decimal that is the value.
   */
  public static Expression round(Expression value, Expression digits) {
    Expressions.require(digits.type() == FieldType.LONG, "ROUND", digits.type());
    return either(value, LongFunction.Operation.ROUND, DoubleFunction.Operation.ROUND_TO, digits);
  }

  /** A LONG that must fit a signed whole number of fewer bits. */
  public static Expression within(Expression value, long greatest) {
    Expression limit = Expressions.literal(greatest);
    return Expressions.strict(new LongFunction(LongFunction.Operation.WITHIN, value, limit), value);
  }

  public static Expression sqrt(Expression value) {
    return number("SQRT", value, 0, true, Math::sqrt);
  }

  public static Expression exp(Expression value) {
    return number("EXP", value, Math::exp);
  }

  public static Expression ln(Expression value) {
    return number("LN", value, 0, false, Math::log);
  }

  public static Expression log10(Expression value) {
    return number("LOG10", value, 0, false, Math::log10);
  }

  public static Expression sin(Expression value) {
    return number("SIN", value, Math::sin);
  }

  public static Expression cos(Expression value) {
    return number("COS", value, Math::cos);
  }

  public static Expression tan(Expression value) {
    return number("TAN", value, Math::tan);
  }

  public static Expression asin(Expression value) {
    return number("ASIN", value, x -> Math.asin(withinOne("ASIN", x)));
  }

  public static Expression acos(Expression value) {
    return number("ACOS", value, x -> Math.acos(withinOne("ACOS", x)));
  }

  public static Expression atan(Expression value) {
    return number("ATAN", value, Math::atan);
  }

  public static Expression degrees(Expression value) {
    return number("DEGREES", value, x -> x / (Math.PI / 180));
  }

  public static Expression radians(Expression value) {
    return number("RADIANS", value, x -> x * (Math.PI / 180));
  }

  public static Expression atan2(Expression y, Expression x) {
    List<Expression> operands = doubles("ATAN2", y, x);
    return call("ATAN2", operands, false, row -> Math.atan2(row.number(0), row.number(1)));
  }

  public static Expression power(Expression base, Expression exponent) {
    List<Expression> operands = doubles("POWER", base, exponent);
    return call("POWER", operands, true, row -> power(row.number(0), row.number(1)));
  }

  private static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw Failures.argument("POWER(0, " + exponent + ") has no value: guard it with CASE");
    }
    if (base < 0 && exponent != Math.rint(exponent)) {
      throw Failures.argument(
          "POWER(" + base + ", " + exponent + ") is not a real number: guard it with CASE");
    }
    return finite(Math.pow(base, exponent), "POWER(" + base + ", " + exponent + ")");
  }

  /** -1, 0 or 1, of the operand's type. */
  public static Expression sign(Expression value) {
    if (value.type() == FieldType.LONG) {
      return Expressions.strict(
          new Call(
              "SIGN",
              FieldType.LONG,
              List.of(value),
              (RowFunction.OfWhole) row -> Long.signum(row.whole(0)),
              false),
          value);
    }
    return number("SIGN", value, x -> Math.signum(x) + 0.0);
  }

  /** The greatest of those that are not NULL; all of one type. */
  public static Expression greatest(List<Expression> operands) {
    return new Extreme(true, operands);
  }

  /** The least of those that are not NULL; all of one type. */
  public static Expression least(List<Expression> operands) {
    return new Extreme(false, operands);
  }

  private static Expression either(
      Expression value,
      LongFunction.Operation ofLong,
      DoubleFunction.Operation ofDouble,
      Expression parameter) {
    Expressions.require(
        value.type() == FieldType.LONG || value.type() == FieldType.DOUBLE,
        ofDouble.name(),
        value.type());
    return value.type() == FieldType.LONG
        ? Expressions.strict(new LongFunction(ofLong, value, parameter), value, parameter)
        : Expressions.strict(new DoubleFunction(ofDouble, value, parameter), value, parameter);
  }

  private static Expression whole(Expression value, DoubleFunction.Operation operation) {
    if (value.type() == FieldType.LONG) {
      return value;
    }
    Expressions.require(value.type() == FieldType.DOUBLE, operation.name(), value.type());
    return Expressions.strict(new DoubleFunction(operation, value, NO_PARAMETER), value);
  }

  private static double withinOne(String name, double value) {
    if (!(Math.abs(value) <= 1)) {
      throw Failures.argument(name + " is of -1..1: was " + value);
    }
    return value;
  }

  private static double finite(double result, String computation) {
    if (!Double.isFinite(result)) {
      throw Failures.overflow(computation, "DOUBLE");
    }
    return result;
  }

  private static Expression number(
      String name, Expression value, double least, boolean included, DoubleUnaryOperator function) {
    return number(
        name,
        value,
        x -> {
          if (included ? x < least : x <= least) {
            throw Failures.argument(
                name
                    + "("
                    + x
                    + ") has no value: guard it with CASE WHEN … "
                    + (included ? ">= 0" : "> 0"));
          }
          return function.applyAsDouble(x);
        });
  }

  private static Expression number(String name, Expression value, DoubleUnaryOperator function) {
    List<Expression> operands = doubles(name, value);
    return call(
        name,
        operands,
        true,
        row -> {
          double x = row.number(0);
          return finite(function.applyAsDouble(x), name + "(" + x + ")");
        });
  }

  private static Expression call(
      String name, List<Expression> operands, boolean fails, RowFunction.OfNumber function) {
    return Expressions.strict(
        new Call(name, FieldType.DOUBLE, operands, function, fails),
        operands.toArray(Expression[]::new));
  }

  private static List<Expression> doubles(String name, Expression... operands) {
    return java.util.Arrays.stream(operands).map(o -> Expressions.toDouble(name, o)).toList();
  }
}
