package dev.sluice.gateway.presence;

/**
 * How much a second, over the last ten seconds or so: what came t seconds ago counts e^(-t/10).
 * Nobody has to look at a clock for it but who counts and who asks. One thread at a time.
 */
final class Rate {
  private static final double SECONDS = 10;

  private final long beganNanos;
  private long lastNanos;
  private double sum;

  Rate(long now) {
    beganNanos = now;
    lastNanos = now;
  }

  /**
   * @param now nanoseconds
   */
  void count(long now, double amount) {
    sum = faded(now) + amount;
    lastNanos = now;
  }

  private double faded(long now) {
    return sum * Math.exp(-Math.max(0, now - lastNanos) / (SECONDS * 1e9));
  }

  /** Of a young one it is the average since its beginning, of which at least a second counts. */
  double perSecond(long now) {
    double age = Math.max(1, (now - beganNanos) / 1e9);
    return faded(now) / (SECONDS * (1 - Math.exp(-age / SECONDS)));
  }
}
