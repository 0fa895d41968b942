package dev.sluice.engine.resume;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A cut through a stream's log.
 *
 * @param offsets of the next record of each partition
 * @param watermarks of each partition before that record, ms of the epoch; {@link Long#MIN_VALUE}
 *     if none yet
 */
public record Offsets(long[] offsets, long[] watermarks) {
  public Offsets {
    if (offsets.length != watermarks.length) {
      throw new IllegalArgumentException(
          offsets.length + " offsets, " + watermarks.length + " watermarks");
    }
    offsets = offsets.clone();
    watermarks = watermarks.clone();
  }

  /** This cut with one partition read further. */
  public Offsets with(int partition, long offset, long watermark) {
    Offsets moved = new Offsets(offsets, watermarks);
    moved.offsets[partition] = offset;
    moved.watermarks[partition] = watermark;
    return moved;
  }

  /** Whether no partition of this is after the other's. */
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
    Offsets furthest = new Offsets(offsets, watermarks);
    for (int p = 0; p < offsets.length; p++) {
      if (other.offsets[p] > offsets[p]) {
        furthest.offsets[p] = other.offsets[p];
        furthest.watermarks[p] = other.watermarks[p];
      }
    }
    return furthest;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Offsets cut
        && Arrays.equals(offsets, cut.offsets)
        && Arrays.equals(watermarks, cut.watermarks);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + Arrays.hashCode(watermarks);
  }

  @Override
  public String toString() {
    return Arrays.toString(offsets) + "@" + Arrays.toString(watermarks);
  }
}
