package dev.sluice.engine.plan;

/**
 * Tumbling windows, aligned to the epoch plus an offset.
 *
 * @param size ms, at least 1
 * @param offset ms, 0 to size - 1
 */
public record Tumble(long size, long offset) implements Window {
  public Tumble {
    if (size < 1 || offset < 0 || offset >= size) {
      throw new IllegalArgumentException("size " + size + ", offset " + offset);
    }
  }

  /** Start of the window that has the time, ms of the epoch. */
  @Override
  public long startAtOrBefore(long time) {
    return Math.floorDiv(time - offset, size) * size + offset;
  }

  @Override
  public long startAtOrAfter(long time) {
    return startAtOrBefore(time - 1) + size;
  }

  @Override
  public long lead() {
    return 0;
  }

  @Override
  public long span() {
    return size;
  }

  @Override
  public long slide() {
    return size;
  }

  @Override
  public long windowsPerEvent() {
    return 1;
  }

  @Override
  public boolean isLate(long time, long watermark) {
    return watermark >= startAtOrBefore(time) + size;
  }
}
