package dev.sluice.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A device's settings, checked. */
record DeviceOptions(
    Buffer buffer,
    Framing framing,
    WhenFull whenFull,
    @Nullable DiskBuffer disk,
    @Nullable String numberField) {
  /** RSocket's frames are 16 MiB at most; the rest is room for headers and metadata. */
  static final int MOST_FRAME_BYTES = 16 * 1024 * 1024 - 64 * 1024;

  /** How much is held until it is acked; what is over it waits at its source. */
  record Buffer(int events, long bytes) {
    Buffer {
      if (events < 1) {
        throw new IllegalArgumentException("buffer must be 1.. events: was " + events);
      }
      if (bytes < 1) {
        throw new IllegalArgumentException("buffer must be 1.. bytes: was " + bytes);
      }
    }
  }

  /** When events that came one by one leave as a frame: whichever of the three comes first. */
  record Framing(int events, int bytes, Duration linger) {
    Framing {
      if (events < 1) {
        throw new IllegalArgumentException("frame must be 1.. events: was " + events);
      }
      if (bytes < 1 || bytes > MOST_FRAME_BYTES) {
        throw new IllegalArgumentException(
            "frame must be 1.." + MOST_FRAME_BYTES + " bytes: was " + bytes);
      }
      if (linger.isNegative()) {
        throw new IllegalArgumentException("linger must be 0 or more: was " + linger);
      }
    }
  }

  /**
   * How long to wait before the next attempt; doubles from least to most, with half of it jitter.
   */
  record Backoff(Duration least, Duration most) {
    private static final double JITTER = 0.5;

    Backoff {
      if (least.isNegative() || least.isZero() || most.compareTo(least) < 0) {
        throw new IllegalArgumentException(
            "backoff must be 0 < least <= most: was " + least + ", " + most);
      }
    }

    double jitter() {
      return JITTER;
    }

    /**
     * The wait before the given attempt.
     *
     * @param attempt from 1
     * @param random uniform in 0..1
     */
    Duration before(int attempt, double random) {
      int doublings = Math.min(attempt - 1, 30);
      double whole =
          Math.min((double) most.toNanos(), least.toNanos() * (double) (1L << doublings));
      return Duration.ofNanos((long) (whole * (1 - JITTER + 2 * JITTER * random)));
    }
  }
}
