package dev.sluice.engine.table;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Times as PostgreSQL has them: of the years 1 to 9999, which is what ours are but for overflows.
 */
public final class PostgresTimes {
  private static final long LEAST = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
  private static final long MOST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private PostgresTimes() {}

  /**
   * @param millis of the epoch
   */
  public static boolean has(long millis) {
    return millis >= LEAST && millis <= MOST;
  }

  /** The nearest that it has. */
  public static OffsetDateTime of(long millis) {
    long within = Math.max(LEAST, Math.min(MOST, millis));
    return OffsetDateTime.ofInstant(Instant.ofEpochMilli(within), ZoneOffset.UTC);
  }
}
