package dev.sluice.engine.log;

import dev.sluice.model.stream.StreamDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Where a scan of one partition is, and what it must remember: the watermark, and what may still be
 * repeated. Belongs to the one thread that reads.
 */
public final class PartitionScan {
  private final int partition;
  private final boolean historical;
  private final long lateness;
  private final @Nullable DuplicateIndex duplicates;
  private final long target;
  private final long targetWatermark;

  private long end = Long.MAX_VALUE;
  private long position;
  private long watermark = Long.MIN_VALUE;

  private PartitionScan(
      StreamDefinition stream,
      int dedupeCapacity,
      int partition,
      long position,
      long target,
      long targetWatermark) {
    this.partition = partition;
    this.position = position;
    this.target = target;
    this.targetWatermark = targetWatermark;
    this.historical = stream.time().historical();
    this.lateness = stream.time().lateness().toMillis();
    this.duplicates =
        stream.identity().id() == null
            ? null
            : new DuplicateIndex(stream.identity().dedupe().toMillis(), dedupeCapacity);
  }

  /**
   * A scan that starts at a time: the first record at or after it. Its watermarks are lower bounds
   * until the time has passed, which changes no event's fate in a window that begins at that time
   * or later.
   *
   * @param dedupeCapacity most ids remembered
   */
  public static PartitionScan start(
      StreamDefinition stream, int dedupeCapacity, int partition, long offset) {
    return new PartitionScan(
        stream, dedupeCapacity, partition, offset, Long.MIN_VALUE, Long.MIN_VALUE);
  }

  /**
   * A scan that goes on at an offset whose watermark is known, after reading again what may be
   * repeated.
   *
   * @param warmUpFrom first record with an event time of at least the watermark less the dedupe
   *     span; at most {@code offset}
   */
  public static PartitionScan resume(
      StreamDefinition stream,
      int dedupeCapacity,
      int partition,
      long offset,
      long watermark,
      long warmUpFrom) {
    PartitionScan scan =
        new PartitionScan(stream, dedupeCapacity, partition, warmUpFrom, offset, watermark);
    scan.reachTarget();
    return scan;
  }

  /** Reads no record at this offset or after it. */
  public PartitionScan endingAt(long offset) {
    end = offset;
    return this;
  }

  /** Offset before which it ends; {@link Long#MAX_VALUE} if it goes on. */
  public long end() {
    return end;
  }

  public int partition() {
    return partition;
  }

  /** Offset of the next record to read. */
  public long position() {
    return position;
  }

  /** The watermark before that record, ms of the epoch; {@link Long#MIN_VALUE} if none yet. */
  public long watermark() {
    return watermark;
  }

  /** Whether the next record is only read to remember it. */
  boolean warmingUp() {
    return position < target;
  }

  void moveTo(long offset) {
    position = offset;
    reachTarget();
  }

  private void reachTarget() {
    if (position >= target && target != Long.MIN_VALUE && watermark < targetWatermark) {
      advance(targetWatermark);
    }
  }

  /** What may be repeated; null if the stream names no id. */
  @Nullable DuplicateIndex duplicates() {
    return duplicates;
  }

  void observe(long eventTime, long ingested) {
    advance((historical ? eventTime : Math.min(eventTime, ingested)) - lateness);
  }

  void punctuate(long stated) {
    advance(stated);
  }

  private void advance(long to) {
    watermark = Math.max(watermark, to);
  }
}
