package dev.sluice.engine.expression;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;

/** The problems that a value can be. */
final class Failures {
  private Failures() {}

  /** What was computed and had no room, as {@code 9223372036854775807 + 1}. */
  static ProblemException overflow(String computation, String type) {
    return Problem.of(
            ProblemCode.QUERY_OVERFLOW,
            computation
                + " does not fit a "
                + type
                + ": filter such events, or "
                + (type.equals("LONG") ? "CAST to DOUBLE first" : "scale the values"))
        .toException();
  }

  static ProblemException divisionByZero(String computation) {
    return Problem.of(
            ProblemCode.QUERY_DIVISION_BY_ZERO,
            computation + ": filter such events, or divide by NULLIF(divisor, 0)")
        .toException();
  }

  /** A function that has no value for its argument. */
  static ProblemException argument(String detail) {
    return Problem.of(ProblemCode.QUERY_ARGUMENT, detail).toException();
  }

  static ProblemException cast(String value, String type, String rule) {
    return Problem.of(
            ProblemCode.QUERY_CAST,
            "\"" + shortened(value) + "\" cannot be cast to " + type + ": " + rule)
        .toException();
  }

  private static String shortened(String value) {
    return value.length() <= 64 ? value : value.substring(0, 63) + "…";
  }
}
