package dev.sluice.engine.plan;

/**
 * Tumbling windows over event time, aligned to the epoch plus an offset.
 *
 * @param size ms, at least 1
 * @param offset ms, 0 to size - 1
 */
public record Tumble(long size, long offset) {
  public Tumble {
    if (size < 1 || offset < 0 || offset >= size) {
      throw new IllegalArgumentException("size " + size + ", offset " + offset);
    }
  }

  /** Start of the window that has the time, ms of the epoch. */
  public long startOf(long time) {
    return Math.floorDiv(time - offset, size) * size + offset;
  }
}
