package dev.sluice.engine.plan;

/**
 * Sessions: events of a group that are less than the gap apart from the next one are in one window,
 * which ends the gap after the last of them.
 *
 * @param gap ms, at least 1
 */
public record Session(long gap) implements Window {
  public Session {
    if (gap < 1) {
      throw new IllegalArgumentException("gap " + gap);
    }
  }

  /** Whether events between two times, and others between two others, are in one session. */
  public boolean joins(long first, long last, long otherFirst, long otherLast) {
    return first < otherLast + gap && otherFirst < last + gap;
  }

  @Override
  public long startAtOrBefore(long time) {
    return time;
  }

  @Override
  public long startAtOrAfter(long time) {
    return time;
  }

  /** An event less than the gap before a session would be part of it. */
  @Override
  public long lead() {
    return gap;
  }

  @Override
  public long span() {
    return gap;
  }

  @Override
  public long slide() {
    return gap;
  }

  @Override
  public long windowsPerEvent() {
    return 1;
  }

  @Override
  public boolean isLate(long time, long watermark) {
    return time < watermark;
  }
}
