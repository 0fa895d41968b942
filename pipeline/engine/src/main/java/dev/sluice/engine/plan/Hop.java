package dev.sluice.engine.plan;

/**
 * Hopping windows: one begins every slide, aligned to the epoch plus an offset.
 *
 * @param size ms, at least 1
 * @param slide ms, 1 to size
 * @param offset ms, 0 to slide - 1
 */
public record Hop(long size, long slide, long offset) implements Window {
  public Hop {
    if (slide < 1 || slide > size || offset < 0 || offset >= slide) {
      throw new IllegalArgumentException(
          "size " + size + ", slide " + slide + ", offset " + offset);
    }
  }

  @Override
  public long startAtOrBefore(long time) {
    return Math.floorDiv(time - offset, slide) * slide + offset;
  }

  @Override
  public long startAtOrAfter(long time) {
    return startAtOrBefore(time - 1) + slide;
  }

  /** The last end of a window that is not after the time. */
  public long endAtOrBefore(long time) {
    return startAtOrBefore(time - size) + size;
  }

  /** The first end of a window that is after the time. */
  public long endAfter(long time) {
    return endAtOrBefore(time) + slide;
  }

  /** The end of the last window that has the time. */
  public long lastEnd(long time) {
    return startAtOrBefore(time) + size;
  }

  /**
   * Where the pane that has the time begins: a window begins or ends there, and none in between.
   */
  public long paneOf(long time) {
    return Math.max(startAtOrBefore(time), endAtOrBefore(time));
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
  public long windowsPerEvent() {
    return (size - 1) / slide + 1;
  }

  @Override
  public boolean isLate(long time, long watermark) {
    return watermark >= lastEnd(time);
  }
}
