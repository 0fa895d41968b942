package dev.sluice.client;

/** What a device whose buffer is full does with one more event. */
public enum WhenFull {
  /** It does not take it: {@code offer} answers false, {@code send} stops asking its publisher. */
  WAIT,
  /**
   * It takes it, and lets go of the oldest that are not on their way, counted as {@code dropped}:
   * from memory as many as it takes, from a disk a sixteenth of the buffer at a time. For devices
   * whose newest reading matters; events come by {@code offer} alone.
   */
  DROP_OLDEST
}
