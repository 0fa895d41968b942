package dev.sluice.engine.plan;

import java.util.Locale;

/**
 * Rows for the windows in which a group is silent, as long as it had an event in one of the last
 * windows before.
 *
 * @param windows of how many; 1 to {@link #MOST}
 */
public record Fill(Mode mode, long windows) {
  /** Most windows after its last event in which a group is expected. */
  public static final int MOST = 1_000;

  public Fill {
    if (windows < 1 || windows > MOST) {
      throw new IllegalArgumentException(windows + " windows");
    }
  }

  @Override
  public String toString() {
    return mode.name().toLowerCase(Locale.ROOT) + " for " + windows + " windows";
  }

  /** What a silent group's aggregates are. */
  public enum Mode {
    NULL,
    /** Those of the last window in which it had an event. */
    PREVIOUS,
    /** 0 where they are numbers, NULL where not. */
    ZERO
  }
}
