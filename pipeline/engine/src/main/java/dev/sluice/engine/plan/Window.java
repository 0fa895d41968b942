package dev.sluice.engine.plan;

/** Windows over event time; all times are ms of the epoch, all lengths ms. */
public sealed interface Window permits Tumble, Hop, Session, WindowOnWindow {

  /** The last beginning of a window that is not after the time. */
  long startAtOrBefore(long time);

  /** The first beginning of a window that is not before the time. */
  long startAtOrAfter(long time);

  /**
   * How much of the log before a time must be read to know which windows begin at the time or
   * later.
   */
  long lead();

  /** The length of a window; for sessions the gap. */
  long span();

  /** From one window's beginning to the next; for sessions the gap. */
  long slide();

  /** In how many windows an event is, at most. */
  long windowsPerEvent();

  /**
   * Whether an event is late for all its windows.
   *
   * @param watermark its partition's before it
   */
  boolean isLate(long time, long watermark);
}
