package dev.sluice.views.partials;

import java.time.Duration;

/**
 * Bounds of a first stage.
 *
 * @param flush after which what was read is handed on; 10 ms to 10 s
 * @param maxBytes of heap for what was read and is not handed on yet, about; 64 KiB or more
 */
public record PartialsSettings(Duration flush, long maxBytes) {
  public PartialsSettings {
    require(
        flush.toMillis() >= 10 && flush.toMillis() <= 10_000,
        "sluice.views.flush must be 10 ms..10 s: was " + flush);
    require(
        maxBytes >= 64 << 10,
        "sluice.views.max-bytes must be at least 64 KiB: was " + maxBytes + " bytes");
  }

  /** Everything at its default. */
  public static PartialsSettings defaults() {
    return new PartialsSettings(Duration.ofMillis(200), 32L << 20);
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
