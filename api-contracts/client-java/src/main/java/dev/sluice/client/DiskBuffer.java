package dev.sluice.client;

import java.nio.file.Path;

/**
 * A device's buffer in a directory of its own: what was taken is there until the gateway has
 * acknowledged it, also when the process is killed in between.
 *
 * @param directory made if it is not there; one process at a time uses it
 * @param bytes how much may lie there, 64 KiB or more, of JSON and 9 bytes for each event
 * @param fsync what it takes to survive the machine's death
 */
public record DiskBuffer(Path directory, long bytes, Fsync fsync) {
  private static final long LEAST_BYTES = 64 * 1024;
  private static final long DEFAULT_BYTES = 256L * 1024 * 1024;

  /** When what was taken is forced to the disk. The process's own death loses nothing in any. */
  public enum Fsync {
    /** Before the event counts as taken. */
    EACH,
    /** Once a second: a machine that loses its power loses a second of events. */
    EVERY_SECOND,
    /** When the operating system likes. */
    NEVER
  }

  public DiskBuffer {
    if (bytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "disk buffer must be " + LEAST_BYTES + ".. bytes: was " + bytes);
    }
  }

  /** 256 MiB, forced to the disk once a second. */
  public static DiskBuffer at(Path directory) {
    return new DiskBuffer(directory, DEFAULT_BYTES, Fsync.EVERY_SECOND);
  }
}
