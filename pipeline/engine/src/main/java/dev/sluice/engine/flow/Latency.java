package dev.sluice.engine.flow;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, as counts since the start: two readings, one less the other, tell of the
 * time between them. Sixteen buckets to each doubling, so a reading is at most 1/16 too long; from
 * 1 µs to half an hour. Any thread.
 */
public final class Latency {
  private static final int SUB_BITS = 4;
  private static final int SUBS = 1 << SUB_BITS;
  private static final int DOUBLINGS = 27;
  private static final int BUCKETS = SUBS * (DOUBLINGS + 1);

  private final String what;
  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  Latency(String what) {
    this.what = what;
  }

  /** From where to where, for people. */
  public String what() {
    return what;
  }

  public void took(long duration, TimeUnit unit) {
    counts.incrementAndGet(bucket(unit.toMicros(duration)));
  }

  /** What was counted until now. */
  public long[] counts() {
    long[] now = new long[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      now[i] = counts.get(i);
    }
    return now;
  }

  /** The buckets' order is that of the durations; the first hold one µs each. */
  static int bucket(long micros) {
    if (micros < SUBS) {
      return (int) Math.max(0, micros);
    }
    int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - SUB_BITS;
    int sub = (int) (micros >>> doubling) - SUBS;
    return Math.min(BUCKETS - 1, SUBS * (doubling + 1) + sub);
  }

  /** The longest that a bucket takes, µs. */
  private static long longest(int bucket) {
    if (bucket < SUBS) {
      return bucket;
    }
    int doubling = bucket / SUBS - 1;
    return ((SUBS + bucket % SUBS + 1L) << doubling) - 1;
  }

  /**
   * What was counted between two readings.
   *
   * @param p50 of them, half were no longer; all in ms
   */
  public record Quantiles(long count, double p50, double p99, double max) {

    /**
     * @param counts in each bucket
     */
    static Quantiles of(long[] counts) {
      long count = 0;
      for (long some : counts) {
        count += some;
      }
      return new Quantiles(
          count, at(counts, count, 0.5), at(counts, count, 0.99), at(counts, count, 1));
    }

    /** Of what a later reading has more than an earlier one. */
    public static Quantiles between(long[] earlier, long[] later) {
      long[] more = new long[later.length];
      for (int i = 0; i < more.length; i++) {
        more[i] = later[i] - earlier[i];
      }
      return of(more);
    }

    private static double at(long[] counts, long count, double part) {
      long rank = (long) Math.ceil(count * part);
      long seen = 0;
      for (int i = 0; i < counts.length; i++) {
        seen += counts[i];
        if (seen >= rank && seen > 0) {
          return longest(i) / 1_000.0;
        }
      }
      return 0;
    }
  }
}
