package dev.sluice.engine.query;

import dev.sluice.engine.resume.Offsets;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;

/** How far each partition has been read, and where each ends. */
final class Reach {
  private final long to;
  private final long[] positions;
  private final long[] watermarks;
  private final long[] ends;
  private final boolean[] ended;

  /**
   * @param to a partition ends at its first record whose watermark is not before this time, ms of
   *     the epoch
   */
  Reach(int partitions, long to) {
    this.to = to;
    positions = new long[partitions];
    watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    ends = new long[partitions];
    Arrays.fill(ends, Long.MAX_VALUE);
    ended = new boolean[partitions];
  }

  /** See {@link Computation#start}. */
  void start(long[] offsets, long[] startWatermarks, long[] endOffsets) {
    System.arraycopy(offsets, 0, positions, 0, positions.length);
    System.arraycopy(startWatermarks, 0, watermarks, 0, watermarks.length);
    System.arraycopy(endOffsets, 0, ends, 0, ends.length);
    for (int p = 0; p < positions.length; p++) {
      endIfReached(p);
    }
  }

  private void endIfReached(int partition) {
    ended[partition] = positions[partition] >= ends[partition] || watermarks[partition] >= to;
  }

  /** Offset of the next record of each partition. */
  long[] positions() {
    return positions;
  }

  /** The watermark of each partition at its position, ms of the epoch. */
  long[] watermarks() {
    return watermarks;
  }

  /** Both, as they are now. */
  Offsets offsets() {
    return new Offsets(positions, watermarks);
  }

  /** The least watermark of all partitions, at most {@code to}. */
  long watermark() {
    long least = to;
    for (long partition : watermarks) {
      least = Math.min(least, partition);
    }
    return least;
  }

  /** Offset before which each partition ends; written once, when it starts. */
  long[] ends() {
    return ends;
  }

  /** Offset before which a partition ends; {@link Long#MAX_VALUE} if it goes on. */
  long end(int partition) {
    return ends[partition];
  }

  /** Whether no partition goes on. */
  boolean allEnd() {
    return Arrays.stream(ends).noneMatch(end -> end == Long.MAX_VALUE);
  }

  boolean ended(int partition) {
    return ended[partition];
  }

  boolean allEnded() {
    for (boolean end : ended) {
      if (!end) {
        return false;
      }
    }
    return true;
  }

  /** Whether a batch begins after the position: something in between was missed. */
  boolean misses(EventBatch batch) {
    return batch.firstOffset() > positions[batch.partition()] && !ended[batch.partition()];
  }

  /** Whether a batch has something before an offset that is not read yet. */
  boolean isNew(EventBatch batch, long until) {
    int p = batch.partition();
    return !ended[p] && Math.min(batch.nextOffset(), until) > positions[p];
  }

  /**
   * Whether who reads from where another is comes by everything that this one has not read.
   *
   * @param most records between the two
   */
  boolean isAheadOf(Reach other, long most) {
    long between = 0;
    for (int p = 0; p < positions.length; p++) {
      long ahead = ended[p] ? 0 : positions[p] - other.positions[p];
      if (ahead < 0 || (other.ended[p] && !ended[p])) {
        return false;
      }
      between += ahead;
    }
    return between <= most;
  }

  /** The first row that was not read yet; the size if there is none. */
  int firstNewRow(EventBatch batch) {
    if (batch.firstOffset() >= positions[batch.partition()]) {
      return 0;
    }
    int found =
        Arrays.binarySearch(batch.log().offset(), 0, batch.size(), positions[batch.partition()]);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * The first row at or after the end: an offset, or the first record whose watermark has passed
   * {@code to}.
   */
  int endRow(EventBatch batch, int first, long limit) {
    long[] offsets = batch.log().offset();
    long[] before = batch.log().watermark();
    int last = batch.size();
    if (last == 0 || (offsets[last - 1] < limit && before[last - 1] < to)) {
      return last;
    }
    int row = first;
    while (row < last && offsets[row] < limit && before[row] < to) {
      row++;
    }
    return row;
  }

  /** How many undecodable records of a batch are not read yet, and before an offset. */
  int undecodable(EventBatch batch, long next) {
    long position = positions[batch.partition()];
    long[] offsets = batch.undecodable().offset();
    long[] before = batch.undecodable().watermark();
    int count = 0;
    for (int i = 0; i < offsets.length; i++) {
      count += offsets[i] >= position && offsets[i] < next && before[i] < to ? 1 : 0;
    }
    return count;
  }

  /**
   * Goes on to where a batch was left.
   *
   * @param row the first that was not read
   * @param next the first offset that was not read
   */
  void moveTo(EventBatch batch, int row, long next) {
    int p = batch.partition();
    long offset = next < ends[p] ? next : Long.MAX_VALUE;
    watermarks[p] = Math.max(watermarks[p], watermarkAt(batch, row, offset));
    positions[p] = next;
    endIfReached(p);
  }

  /** The watermark where a batch was left; a lower bound if that is within it, after its rows. */
  private static long watermarkAt(EventBatch batch, int row, long offset) {
    long[] before = batch.log().watermark();
    if (row < batch.size()) {
      return before[row];
    }
    return row == 0 || offset >= batch.nextOffset() ? batch.endWatermark() : before[row - 1];
  }
}
