package dev.sluice.model.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What makes an event the one it is.
 *
 * @param key the field that is the record's key and chooses its partition; null: events are spread
 * @param id the field that tells a device's events apart; null: nothing is a duplicate
 * @param dedupe how long after its event time an event's repetition is recognised; 0 to 1 day
 */
public record Identity(@Nullable String key, @Nullable String id, Duration dedupe) {
  public Identity {
    EventTime.within("dedupe", dedupe, Duration.ZERO, Duration.ofDays(1));
  }
}
