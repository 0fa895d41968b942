package dev.sluice.model.json;

/**
 * How much a frame may be.
 *
 * @param frameBytes 1 KiB to 8 MiB; what is larger is refused with FRAME_TOO_LARGE
 * @param events in one frame, 1 to 1,000,000; more are refused with FRAME_TOO_LARGE
 * @param eventBytes of one event as it came, 64 B to {@code frameBytes}; EVENT_TOO_LARGE
 * @param depth of an event's objects and arrays, itself included, 1 to 1,000; EVENT_TOO_DEEP
 */
public record FrameBounds(int frameBytes, int events, int eventBytes, int depth) {
  public static final FrameBounds DEFAULT = new FrameBounds(1 << 20, 10_000, 64 << 10, 32);

  public FrameBounds {
    within("frame-bytes", frameBytes, 1 << 10, 8 << 20);
    within("events", events, 1, 1_000_000);
    within("event-bytes", eventBytes, 64, frameBytes);
    within("depth", depth, 1, 1_000);
  }

  private static void within(String setting, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          setting + " must be " + least + ".." + most + ": was " + value);
    }
  }
}
