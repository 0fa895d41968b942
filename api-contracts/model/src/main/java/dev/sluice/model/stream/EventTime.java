package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a stream's time.
 *
 * @param field the TIMESTAMP field that is the event time; null: the time of ingest is. In a view
 *     of windows it is their end, and the event time 1 ms before it
 * @param historical a replay or back-fill: its watermark goes by event time alone, nothing is too
 *     far ahead of the clock
 * @param lateness how long events may be out of order; 0 to 7 days
 * @param maxSkew how far ahead of the gateway's clock a live event may be; 0 to 1 day
 * @param idleTimeout how long a partition's watermark may stand before silence is written into the
 *     log; 100 ms to 1 hour
 * @param minTime earliest event time taken, historical streams only
 * @param maxTime latest event time taken, historical streams only
 */
public record EventTime(
    @Nullable String field,
    boolean historical,
    Duration lateness,
    Duration maxSkew,
    Duration idleTimeout,
    @Nullable Instant minTime,
    @Nullable Instant maxTime) {

  public EventTime {
    within("lateness", lateness, Duration.ZERO, Duration.ofDays(7));
    within("max-skew", maxSkew, Duration.ZERO, Duration.ofDays(1));
    within("idle-timeout", idleTimeout, Duration.ofMillis(100), Duration.ofHours(1));
    if (!historical && (minTime != null || maxTime != null)) {
      throw invalid(
          minTime != null ? "min-time" : "max-time",
          "min-time and max-time are for historical streams: set \"historical\": true");
    }
    if (minTime != null && maxTime != null && minTime.isAfter(maxTime)) {
      throw invalid("min-time", "min-time must not be after max-time: was " + minTime);
    }
  }

  static void within(String setting, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw invalid(setting, setting + " must be " + least + " to " + most + ": was " + value);
    }
  }
}
