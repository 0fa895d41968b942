package dev.sluice.engine.aggregate;

/**
 * Sums in two doubles each, a high and a low one: 106 bits.
 *
 * <p>Source: T. J. Dekker, "A floating-point technique for extending the available precision",
 * Numerische Mathematik 18 (1971); the error-free sum is D. E. Knuth's.
 */
final class TwoDoubles {
  private TwoDoubles() {}

  /** Adds {@code value + rest}, the rest being less than an ulp of the value, to a sum. */
  static void add(double[] high, double[] low, int slot, double value, double rest) {
    double before = high[slot];
    double sum = before + value;
    double added = sum - before;
    double error = (before - (sum - added)) + (value - added) + (low[slot] + rest);
    double total = sum + error;
    high[slot] = total;
    low[slot] = error - (total - sum);
  }
}
