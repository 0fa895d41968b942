package dev.sluice.cli.send;

import dev.sluice.cli.file.Times;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A frame in the making: its JSON, and for each event the line it came from and its time. */
final class Batch {
  /** Well under the gateway's 1 MiB, and enough to make a frame's own cost small. */
  static final int BYTES = 64 * 1024;

  static final int EVENTS = 1_000;

  private final ByteArrayOutputStream json = new ByteArrayOutputStream(BYTES + BYTES / 8);
  private long[] lines = new long[EVENTS];
  private long[] times = new long[EVENTS];
  private final boolean verbatim;
  private int size;

  Batch() {
    this(false);
  }

  private Batch(boolean verbatim) {
    this.verbatim = verbatim;
  }

  /** Where the next event's JSON goes. */
  ByteArrayOutputStream next() {
    json.write(size == 0 ? '[' : ',');
    return json;
  }

  /**
   * The JSON of one more event has been written.
   *
   * @param time milliseconds of the epoch; {@code Times.NONE} if it is not known
   */
  void added(long line, long time) {
    lines[size] = line;
    times[size] = time;
    size++;
  }

  boolean isFull() {
    return size == EVENTS || json.size() >= BYTES;
  }

  int size() {
    return size;
  }

  long line(int event) {
    return lines[event];
  }

  long time(int event) {
    return times[event];
  }

  /** The frame; nothing is added afterwards. */
  byte[] frame() {
    if (!verbatim) {
      json.write(']');
    }
    lines = Arrays.copyOf(lines, size);
    times = Arrays.copyOf(times, size);
    return json.toByteArray();
  }

  /** A frame of a line that is no JSON, for the gateway to refuse. */
  static Batch verbatim(byte[] text, long line) {
    Batch batch = new Batch(true);
    batch.json.writeBytes(text);
    batch.added(line, Times.NONE);
    return batch;
  }
}
