package dev.sluice.benchmark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The rows of a round of the fan-out benchmark as all of its subscribers get them: how many of each
 * number, and how long after that was due.
 */
final class Arrivals implements Numbers.Found {
  /** Width of a class of latencies. */
  private static final long CLASS_NANOS = 100_000;

  private static final int CLASSES = 1_500_000;
  private static final long ARRIVED_WITHIN_SECONDS = 150;

  private final long firstNumber;
  private final int[] missing;
  private final int rowsOfNumber;
  private final long began;
  private final double nanosPerNumber;
  private final int[] latencies = new int[CLASSES + 1];

  /**
   * Of each number's first row: the way to the server and through it, less what it has to write.
   */
  private final long[] first;

  private final CountDownLatch numbers;
  private long rows;
  private long surplus;
  private volatile int lost;
  private long last;

  /**
   * @param firstNumber of the round
   * @param count numbers of the round
   * @param rowsOfNumber rows that all subscribers together are to get of each
   * @param began when the first is due, as {@link System#nanoTime()}
   */
  Arrivals(long firstNumber, int count, int rowsOfNumber, long began, double nanosPerNumber) {
    this.firstNumber = firstNumber;
    this.rowsOfNumber = rowsOfNumber;
    this.first = new long[count];
    this.missing = new int[count];
    Arrays.fill(missing, rowsOfNumber);
    this.began = began;
    this.nanosPerNumber = nanosPerNumber;
    this.numbers = new CountDownLatch(count);
  }

  /** For rows that are not of a round. */
  static Arrivals none() {
    return new Arrivals(Long.MAX_VALUE, 0, 0, 0, 0);
  }

  /** A row came. One thread. */
  @Override
  public void arrived(long number, long nanoTime) {
    long index = number - firstNumber;
    if (index < 0 || index >= missing.length) {
      return;
    }
    long late = nanoTime - began - (long) (index * nanosPerNumber);
    latencies[(int) Math.min(CLASSES, Math.max(0, late) / CLASS_NANOS)]++;
    rows++;
    last = nanoTime;
    if (missing[(int) index] == rowsOfNumber) {
      first[(int) index] = late;
    }
    int left = --missing[(int) index];
    if (left == 0) {
      numbers.countDown();
    } else if (left < 0) {
      surplus++;
    }
  }

  /** A connection has ended. */
  void lost() {
    lost++;
  }

  /** Waits for the last row; every one must have come once. */
  Map<String, Double> figures() throws Exception {
    boolean all = numbers.await(ARRIVED_WITHIN_SECONDS, TimeUnit.SECONDS);
    WrongCount.check("subscribers cut off", 0, lost);
    if (!all) {
      throw new WrongCount(numbers.getCount() + " rows did not reach all subscribers");
    }
    WrongCount.check("rows that came twice", 0, surplus);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("rows/s", rows * 1e9 / (last - began));
    figures.put("p50 ms", quantile(0.5));
    figures.put("p99 ms", quantile(0.99));
    Arrays.sort(first);
    figures.put("first p50 ms", first[first.length / 2] / 1e6);
    return figures;
  }

  private double quantile(double quantile) {
    long rank = (long) Math.ceil(quantile * rows);
    long seen = 0;
    for (int i = 0; i < latencies.length; i++) {
      seen += latencies[i];
      if (seen >= rank) {
        return (i + 1) * CLASS_NANOS / 1e6;
      }
    }
    throw new IllegalStateException("no rows");
  }
}
