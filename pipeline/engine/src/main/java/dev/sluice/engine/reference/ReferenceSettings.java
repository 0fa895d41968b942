package dev.sluice.engine.reference;

/**
 * How large a reference table may be that events are joined with.
 *
 * @param maxRows of one table, 1 to 10,000,000
 * @param maxBytes of the heap that one table's copy may take, about; 64 KiB to 64 GiB
 */
public record ReferenceSettings(int maxRows, long maxBytes) {
  public static final int DEFAULT_MAX_ROWS = 1_000_000;
  public static final long DEFAULT_MAX_BYTES = 256L << 20;

  /** Everything at its default: 1,000,000 rows, 256 MiB. */
  public static final ReferenceSettings DEFAULT =
      new ReferenceSettings(DEFAULT_MAX_ROWS, DEFAULT_MAX_BYTES);

  private static final int MOST_ROWS = 10_000_000;
  private static final long LEAST_BYTES = 64L << 10;
  private static final long MOST_BYTES = 64L << 30;

  public ReferenceSettings {
    if (maxRows < 1 || maxRows > MOST_ROWS) {
      throw new IllegalArgumentException(
          "sluice.tables.max-rows must be 1..10000000: was " + maxRows);
    }
    if (maxBytes < LEAST_BYTES || maxBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "sluice.tables.max-bytes must be 64KB..64GB: was " + maxBytes + "B");
    }
  }
}
