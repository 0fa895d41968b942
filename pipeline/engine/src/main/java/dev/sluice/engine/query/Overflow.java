package dev.sluice.engine.query;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of rows that a subscriber does not read in time. Early rows conflate in any case.
 */
enum Overflow {
  /** None is lost: the stream ends with SLOW_SUBSCRIBER, and goes on where it ended. */
  BUFFER("buffer"),
  /** The newest of each group is kept. */
  CONFLATE("conflate"),
  /** The oldest go. */
  DROP_OLDEST("drop-oldest");

  private final String text;

  Overflow(String text) {
    this.text = text;
  }

  /** As it is said. */
  String text() {
    return text;
  }

  static Overflow of(@Nullable String asked) {
    if (asked == null) {
      return BUFFER;
    }
    return Arrays.stream(values())
        .filter(overflow -> overflow.text.equals(asked))
        .findFirst()
        .orElseThrow(
            () ->
                TimeBound.invalid(
                    "overflow",
                    "overflow must be buffer, conflate or drop-oldest: was \"" + asked + "\""));
  }
}
