package dev.sluice.engine.plan;

/**
 * Windows over the final rows of other windows, each of which has its window's end less 1 ms as its
 * time. A row is of the outer window.
 *
 * @param inner tumbling or hopping
 * @param outer tumbling or hopping
 */
public record WindowOnWindow(Window inner, Window outer) implements Window {
  public WindowOnWindow {
    if (inner instanceof Session || outer instanceof Session) {
      throw new IllegalArgumentException(inner + " in " + outer);
    }
  }

  @Override
  public long startAtOrBefore(long time) {
    return outer.startAtOrBefore(time);
  }

  @Override
  public long startAtOrAfter(long time) {
    return outer.startAtOrAfter(time);
  }

  @Override
  public long slide() {
    return outer.slide();
  }

  /** An inner window that ends after the outer's start may have begun this much before it. */
  @Override
  public long lead() {
    return inner.span();
  }

  @Override
  public long span() {
    return outer.span();
  }

  @Override
  public long windowsPerEvent() {
    return Math.max(inner.windowsPerEvent(), outer.windowsPerEvent());
  }

  @Override
  public boolean isLate(long time, long watermark) {
    return inner.isLate(time, watermark);
  }
}
