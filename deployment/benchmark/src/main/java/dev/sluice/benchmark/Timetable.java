package dev.sluice.benchmark;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When each frame of a round is due, and when its events arrived. Open loop: a frame is due at its
 * time whatever became of those before, and an event's latency counts from then, however late its
 * frame was sent.
 */
final class Timetable implements Numbers.Found {
  /** Before, connections and subscribers find each other. */
  private static final int MOST_UNCOUNTED_SECONDS = 2;

  private static final long EVENTS_OF_A_ROUND = 1_000_000_000L;
  private static final long LEAD_NANOS = 100_000_000L;
  private static final long ARRIVED_WITHIN_SECONDS = 30;

  private final int frameEvents;
  private final int frames;
  private final int uncounted;
  private final double nanosPerFrame;
  private final long first;
  private final long[] latencies;
  private final CountDownLatch missing;
  private volatile long began;
  private int repeated;

  /** Sends a frame that was made ready before it was due. */
  interface Departure {
    void send() throws Exception;
  }

  /** Makes a frame ready. */
  interface Departures {
    Departure prepare(int frame, long firstEvent) throws Exception;
  }

  /**
   * @param length of the round, seconds
   * @param round every round has numbers of its own: an event is known by its number
   */
  Timetable(Settings settings, int length, int round) {
    frameEvents = settings.frameEvents();
    int rate = settings.amounts().latencyRate();
    uncounted = Math.min(MOST_UNCOUNTED_SECONDS, length) * rate / frameEvents;
    frames = uncounted + length * rate / frameEvents;
    nanosPerFrame = 1e9 * frameEvents / rate;
    first = (round + 1L) * EVENTS_OF_A_ROUND;
    latencies = new long[frames * frameEvents];
    int expected = 0;
    for (int event = uncounted * frameEvents; event < latencies.length; event++) {
      expected += Readings.isFiltered(first + event) ? 0 : 1;
    }
    missing = new CountDownLatch(expected);
  }

  int seconds() {
    return (int) Math.ceil(frames * nanosPerFrame / 1e9);
  }

  /** Sends every frame when it is due, or at once when that is past. */
  void run(Departures departures) throws Exception {
    began = System.nanoTime() + LEAD_NANOS;
    for (int frame = 0; frame < frames; frame++) {
      Departure departure = departures.prepare(frame, first + (long) frame * frameEvents);
      long wait;
      while ((wait = due(frame) - System.nanoTime()) > 0) {
        LockSupport.parkNanos(wait);
      }
      departure.send();
    }
  }

  private long due(int frame) {
    return began + (long) (frame * nanosPerFrame);
  }

  /** An event has come. Called by one thread. */
  @Override
  public void arrived(long number, long nanoTime) {
    long event = number - first;
    if (event < (long) uncounted * frameEvents
        || event >= latencies.length
        || Readings.isFiltered(number)) {
      return;
    }
    if (latencies[(int) event] != 0) {
      repeated++;
      return;
    }
    latencies[(int) event] = Math.max(1, nanoTime - due((int) event / frameEvents));
    missing.countDown();
  }

  /** Waits for the last event, and tells how long each took. */
  Map<String, Double> figures() throws Exception {
    if (!missing.await(ARRIVED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      throw new WrongCount(missing.getCount() + " events did not arrive");
    }
    WrongCount.check("events that came twice", 0, repeated);
    long[] sorted = Arrays.stream(latencies).filter(latency -> latency > 0).sorted().toArray();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("p50 ms", at(sorted, 0.5));
    figures.put("p99 ms", at(sorted, 0.99));
    figures.put("max ms", at(sorted, 1));
    return figures;
  }

  private static double at(long[] sorted, double quantile) {
    int place = (int) Math.ceil(quantile * sorted.length) - 1;
    return sorted[Math.max(0, place)] / 1e6;
  }
}
