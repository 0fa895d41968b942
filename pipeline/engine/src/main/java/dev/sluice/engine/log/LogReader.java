package dev.sluice.engine.log;

import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Reads a stream's events as column batches, each with its watermarks and duplicate marks. Blocks;
 * one thread at a time.
 *
 * <p>Every method may throw a {@link dev.sluice.model.problem.ProblemException} with
 * LOG_UNAVAILABLE.
 */
public interface LogReader extends AutoCloseable {

  /** Partitions of the stream, 0 to n - 1. */
  int partitions();

  /** Offset after the last record of each partition that is there now. */
  Map<Integer, Long> endOffsets();

  /** Offset of the first record retained in each partition. */
  Map<Integer, Long> beginOffsets();

  /**
   * Offset of the first record of each partition whose timestamp is at or after the time; a
   * partition that has none is absent.
   */
  Map<Integer, Long> offsetsAt(long time);

  /**
   * A time for each partition that has any record, such that a scan from the partition's first
   * record at or after that time has the exact watermark and duplicate marks at the partition's
   * present end.
   */
  Map<Integer, Long> warmUpTimes();

  /** Reads on from these scans' positions, and from no other partition. */
  void assign(Collection<PartitionScan> scans);

  /** Stops reading these partitions for now; every other assigned partition is read. */
  void pauseOnly(Collection<Integer> partitions);

  /**
   * What has come, one or more batches per partition that has something; empty when nothing came in
   * time.
   */
  List<EventBatch> poll(Duration timeout);

  @Override
  void close();
}
