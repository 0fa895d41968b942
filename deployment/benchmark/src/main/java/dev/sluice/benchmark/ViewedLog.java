package dev.sluice.benchmark;

import java.time.Duration;

/**
 * Readings of the past, and the windows of them whose rows are known. Windows are so long that a
 * group has a few events in each, and the first reading is where one begins.
 */
final class ViewedLog {
  private static final double EVENTS_PER_MS = 10;
  private static final Duration LEAST_WINDOW = Duration.ofSeconds(10);
  private static final int LEAST_EVENTS = 3;

  /** So long ago are the last events, that all of their windows are over. */
  private static final Duration AGO = Duration.ofHours(1);

  private final Readings readings;
  private final ExpectedView expected;
  private final Duration window;
  private final long events;

  /**
   * @param groups of a window
   */
  ViewedLog(int groups, long events) {
    this.events = events;
    long second = (long) (EVENTS_PER_MS * 1_000);
    Duration enough = Duration.ofSeconds(((long) LEAST_EVENTS * groups + second - 1) / second);
    window = enough.compareTo(LEAST_WINDOW) > 0 ? enough : LEAST_WINDOW;
    long span = (long) (events / EVENTS_PER_MS);
    long start = System.currentTimeMillis() - AGO.toMillis() - span;
    readings = new Readings(groups, start / window.toMillis() * window.toMillis(), EVENTS_PER_MS);
    expected = new ExpectedView(readings, groups, events, window);
  }

  Readings readings() {
    return readings;
  }

  ExpectedView expected() {
    return expected;
  }

  @Override
  public String toString() {
    return "%d events into %d rows of windows of %d s"
        .formatted(events, expected.rows(), window.toSeconds());
  }
}
