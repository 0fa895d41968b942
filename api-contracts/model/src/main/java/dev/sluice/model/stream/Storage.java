package dev.sluice.model.stream;

import static dev.sluice.model.stream.StreamDefinition.invalid;

import java.time.Duration;

/**
 * How a stream is kept.
 *
 * @param partitions 1 to 48; never changes
 * @param retention how long a live stream's events are kept, 1 minute or more; a historical
 *     stream's log has no age
 */
public record Storage(int partitions, Duration retention) {
  public static final int MAX_PARTITIONS = 48;

  public Storage {
    if (partitions < 1 || partitions > MAX_PARTITIONS) {
      throw invalid("partitions", "partitions must be 1 to 48: was " + partitions);
    }
    EventTime.within("retention", retention, Duration.ofMinutes(1), Duration.ofDays(36_500));
  }
}
