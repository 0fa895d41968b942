package dev.sluice.fleet;

import java.time.Duration;

/**
 * One recording, run over and over from a moment on, at a speed. Not safe for use by several
 * threads.
 */
final class Replay {
  /** What is told of a report whose time has come. */
  interface Road {
    /**
     * @param ts its time moved to now, milliseconds of the epoch
     */
    void report(Report report, long ts);
  }

  /**
   * After a longer pause (a laptop that slept) the schedule is moved on; what was due meanwhile is
   * not made up for.
   */
  private static final long MOST_LAG = Duration.ofSeconds(5).toMillis();

  private final Recording recording;
  private double speed;
  private long start;
  private long lap;
  private int next;

  /**
   * @param start when the recording's first moment is replayed, milliseconds of the epoch
   */
  Replay(Recording recording, double speed, long start) {
    this.recording = recording;
    this.speed = speed;
    this.start = start;
  }

  /** Goes on from where it is at another speed. */
  void speed(double newSpeed, long now) {
    start = now - (long) ((now - start) * speed / newSpeed);
    speed = newSpeed;
  }

  /** Tells of every report that is due by now, in the order of their times. */
  void advance(long now, Road road) {
    long due = due();
    if (now - due > MOST_LAG) {
      start += now - due;
      due = now;
    }
    while (due <= now) {
      road.report(recording.reports().get(next), due);
      next++;
      if (next == recording.reports().size()) {
        next = 0;
        lap++;
      }
      due = due();
    }
  }

  private long due() {
    long intoLap = recording.reports().get(next).recorded() - recording.begin().toEpochMilli();
    return start + (long) ((lap * recording.length().toMillis() + intoLap) / speed);
  }
}
