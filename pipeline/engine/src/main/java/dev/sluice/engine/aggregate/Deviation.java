package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.Aggregate;

/**
 * Which of the four: of all there are or of a sample of them, squared or not.
 *
 * @param sample whether the divisor is the count less 1
 * @param root whether the square root is taken
 */
record Deviation(boolean sample, boolean root) {

  static Deviation of(Aggregate.Function function) {
    return switch (function) {
      case VAR_POP -> new Deviation(false, false);
      case VAR_SAMP -> new Deviation(true, false);
      case STDDEV_POP -> new Deviation(false, true);
      case STDDEV_SAMP -> new Deviation(true, true);
      default -> throw new IllegalArgumentException(function + " is no deviation");
    };
  }

  /** What the sum of the squared deviations is divided by; NULL where it is not above 0. */
  long divisor(long count) {
    return sample ? count - 1 : count;
  }

  double of(double variance) {
    return root ? Math.sqrt(variance) : variance;
  }
}
