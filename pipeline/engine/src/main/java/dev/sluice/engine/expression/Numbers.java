package dev.sluice.engine.expression;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as PostgreSQL writes and rounds them. */
final class Numbers {
  private static final double LEAST_NORMAL = 1e-300;

  private Numbers() {}

  /**
   * The shortest decimal that reads back as the same number, as PostgreSQL writes a double
   * precision: {@code 1.5}, {@code 100000}, {@code 1e+15}, {@code 1e-05}, {@code -0}.
   */
  static String text(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal shortest = shortest(value).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 15) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /**
   * The shortest decimal that reads back as the same number, and of those the nearest. (That of
   * {@link Double#toString} is a digit longer now and then before JDK 19.)
   */
  static BigDecimal shortest(double value) {
    BigDecimal candidate = new BigDecimal(Double.toString(value));
    boolean normal = Math.abs(value) >= LEAST_NORMAL;
    // No two decimals of 15 digits or less are the same double.
    if (normal && candidate.stripTrailingZeros().precision() <= 15) {
      return candidate;
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = normal ? 15 : 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN));
  }

  /**
   * Rounds the shortest decimal, a half away from zero, as PostgreSQL rounds a numeric.
   *
   * @param digits after the point; below 0: before it
   * @return infinite if it has no room
   */
  static double round(double value, long digits) {
    if (value == 0 || digits > 340) {
      return value;
    }
    if (digits < -310) {
      return 0;
    }
    return shortest(value).setScale((int) digits, RoundingMode.HALF_UP).doubleValue();
  }

  /**
   * @throws ArithmeticException if the result has no room
   */
  static long round(long value, long digits) {
    if (digits >= 0 || value == 0) {
      return value;
    }
    if (digits < -19) {
      return 0;
    }
    return BigDecimal.valueOf(value).setScale((int) digits, RoundingMode.HALF_UP).longValueExact();
  }
}
