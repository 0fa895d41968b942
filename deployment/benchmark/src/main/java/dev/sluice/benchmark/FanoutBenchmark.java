package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One query's rows to many subscribers over server-sent events, against the same rows published to
 * a channel of Nchan, at the same times, with the same client.
 */
final class FanoutBenchmark {
  static final String NAME = "fan-out";
  private static final long LEAD_NANOS = 1_000_000_000L;
  private static final long NUMBERS_OF_A_ROUND = 1_000_000;
  private static final int NUMBERS_FOR_MEMORY = 10;

  /** So many subscribers pay for what a server needs once. */
  private static final int FIRST = 20;

  private final Load load;

  FanoutBenchmark(Load load) {
    this.load = load;
  }

  /**
   * What is offered. Rows that leave together have one number.
   *
   * @param subscribers 1 to 10,000
   * @param together rows that leave together: one is an event of a plain filter, more are those of
   *     a window that closes
   * @param rate numbers a second
   */
  record Load(int subscribers, int together, int rate, int seconds) {
    int numbers() {
      return rate * seconds;
    }

    double nanosPerNumber() {
      return 1e9 / rate;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d rows/s offered: %d x %d to %,d subscribers",
          (long) rate * together * subscribers,
          rate,
          together,
          subscribers);
    }
  }

  /** Someone who has a server-sent stream, and can be told to send on it. */
  interface Side extends AutoCloseable {
    String name();

    int port();

    /** Path and query of the stream. */
    String target();

    /** Has the rows of a number sent, and, where a window must close for it, of the one before. */
    void publish(long number) throws Exception;

    /** Bytes that the server holds now. */
    Map<String, Long> memory() throws Exception;
  }

  Race.Result run(List<? extends Side> sides, Settings settings, PrintWriter progress)
      throws Exception {
    // Before the races: what a server was given once it mostly keeps.
    for (Side side : sides) {
      memory(side, progress);
    }
    List<Contender> contenders = sides.stream().<Contender>map(Racer::new).toList();
    return Race.run(NAME, load.toString(), List.of(), contenders, settings, progress);
  }

  private final class Racer implements Contender {
    private final Side side;

    Racer(Side side) {
      this.side = side;
    }

    @Override
    public String name() {
      return side.name();
    }

    @Override
    public Map<String, Double> round(int round) throws Exception {
      return FanoutBenchmark.this.round(round, side);
    }
  }

  private Map<String, Double> round(int round, Side side) throws Exception {
    long first = (round + 1L) * NUMBERS_OF_A_ROUND;
    try (Crowd crowd =
        Crowd.join(side.port(), side.target(), load.subscribers(), Arrivals.none())) {
      // A window's rows leave with the first event of the next.
      int delay = load.together() == 1 ? 0 : 1;
      long began = System.nanoTime() + LEAD_NANOS;
      Arrivals arrivals =
          new Arrivals(
              first,
              load.numbers(),
              load.together() * load.subscribers(),
              began + (long) (delay * load.nanosPerNumber()),
              load.nanosPerNumber());
      crowd.count(arrivals);
      for (int i = 0; i < load.numbers() + delay; i++) {
        long wait;
        while ((wait = began + (long) (i * load.nanosPerNumber()) - System.nanoTime()) > 0) {
          LockSupport.parkNanos(wait);
        }
        side.publish(first + i);
      }
      return arrivals.figures();
    }
  }

  /** What each subscriber costs while it waits for its next row. */
  private void memory(Side side, PrintWriter progress) throws Exception {
    Crowd.join(side.port(), side.target(), FIRST, Arrivals.none()).close();
    Map<String, Long> before = side.memory();
    try (Crowd crowd =
        Crowd.join(side.port(), side.target(), load.subscribers(), Arrivals.none())) {
      for (int i = 0; i < NUMBERS_FOR_MEMORY; i++) {
        side.publish(1 + i);
        LockSupport.parkNanos(LEAD_NANOS / NUMBERS_FOR_MEMORY);
      }
      side.memory()
          .forEach(
              (what, bytes) ->
                  progress.printf(
                      Locale.ROOT,
                      "  memory    %-16s %s %.1f KiB a subscriber%n",
                      side.name(),
                      what,
                      (bytes - before.getOrDefault(what, 0L)) / 1024.0 / load.subscribers()));
      progress.flush();
    }
  }
}
