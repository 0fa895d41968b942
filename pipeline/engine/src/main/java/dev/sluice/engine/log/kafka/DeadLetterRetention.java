package dev.sluice.engine.log.kafka;

import java.time.Duration;

/**
 * How long the dead letters of a stream are kept.
 *
 * @param age 1 minute or more
 * @param bytes on disk; 1 MiB or more. Beyond them the oldest go
 */
public record DeadLetterRetention(Duration age, long bytes) {
  private static final Duration LEAST_AGE = Duration.ofMinutes(1);
  private static final long LEAST_BYTES = 1 << 20;

  // Behind what it is checked by.
  public static final DeadLetterRetention DEFAULT =
      new DeadLetterRetention(Duration.ofDays(7), 1L << 30);

  public DeadLetterRetention {
    if (age.compareTo(LEAST_AGE) < 0) {
      throw new IllegalArgumentException(
          "sluice.dead-letters.retention must be at least 1 minute: was " + age);
    }
    if (bytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "sluice.dead-letters.retention-bytes must be at least 1 MiB: was " + bytes);
    }
  }
}
