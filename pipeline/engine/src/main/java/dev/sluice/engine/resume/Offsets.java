package dev.sluice.engine.resume;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cut through a stream's log.
 *
 * @param offsets of the next record of each partition
 * @param watermarks of each partition before that record, ms of the epoch; {@link Long#MIN_VALUE}
 *     if none yet
 * @param rows of each partition's next record that were had already: more than 0 where a record is
 *     several rows, and somebody is between them
 */
public record Offsets(long[] offsets, long[] watermarks, long[] rows) {
  public Offsets {
    if (offsets.length != watermarks.length || offsets.length != rows.length) {
      throw new IllegalArgumentException(
          offsets.length + " offsets, " + watermarks.length + " watermarks, " + rows.length);
    }
    offsets = offsets.clone();
    watermarks = watermarks.clone();
    rows = rows.clone();
  }

  /** Between records. */
  public Offsets(long[] offsets, long[] watermarks) {
    this(offsets, watermarks, new long[offsets.length]);
  }

  /** This cut with one partition read further. */
  public Offsets with(int partition, long offset, long watermark, long rowsHad) {
    Offsets moved = new Offsets(offsets, watermarks, rows);
    moved.offsets[partition] = offset;
    moved.watermarks[partition] = watermark;
    moved.rows[partition] = rowsHad;
    return moved;
  }

  /** Whether somebody is between the rows of a record. */
  public boolean isWithinRecords() {
    return Arrays.stream(rows).anyMatch(had -> had > 0);
  }

  /** Whether no partition of this, which is between records, is after the other's. */
  public boolean isWithin(Offsets other) {
    for (int p = 0; p < offsets.length; p++) {
      if (offsets[p] > other.offsets[p]) {
        return false;
      }
    }
    return true;
  }

  /** Of each partition the later. */
  Offsets furthest(Offsets other) {
    Offsets furthest = new Offsets(offsets, watermarks, rows);
    for (int p = 0; p < offsets.length; p++) {
      if (other.offsets[p] > offsets[p]
          || (other.offsets[p] == offsets[p] && other.rows[p] > rows[p])) {
        furthest.offsets[p] = other.offsets[p];
        furthest.watermarks[p] = other.watermarks[p];
        furthest.rows[p] = other.rows[p];
      }
    }
    return furthest;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Offsets cut
        && Arrays.equals(offsets, cut.offsets)
        && Arrays.equals(watermarks, cut.watermarks)
        && Arrays.equals(rows, cut.rows);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(offsets) + Arrays.hashCode(watermarks))
        + Arrays.hashCode(rows);
  }

  @Override
  public String toString() {
    return Arrays.toString(offsets)
        + "@"
        + Arrays.toString(watermarks)
        + "+"
        + Arrays.toString(rows);
  }
}
