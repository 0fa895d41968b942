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
 * <p>Every method may throw a {@link dev.sluice.model.problem.ProblemException}: LOG_UNAVAILABLE,
 * or from {@link #poll} POSITION_EXPIRED where the log no longer has the position, or DEDUPE_LIMIT.
 */
public interface LogReader extends AutoCloseable {

  /** Offset after the last record of each partition that is there now. */
  Map<Integer, Long> endOffsets();

  /** Offset of the first record retained in each partition. */
  Map<Integer, Long> beginOffsets();

  /**
   * The first record at or after a time, per partition; a partition that has none is absent.
   *
   * @param times ms of the epoch per partition asked for
   */
  Map<Integer, RecordPosition> positionsAt(Map<Integer, Long> times);

  /**
   * The record with the greatest event time in each partition; a partition without records is
   * absent.
   */
  Map<Integer, RecordPosition> latest();

  /**
   * Reads on from where these scans are, and from no other partition. The scans move as batches are
   * polled.
   */
  void assign(Collection<PartitionScan> scans);

  /** Stops reading these partitions for now; every other assigned partition is read. */
  void pauseOnly(Collection<Integer> partitions);

  /**
   * What has come, any number of batches, each of one partition, in the order of its offsets; empty
   * if nothing came in time.
   */
  List<EventBatch> poll(Duration timeout);

  @Override
  void close();

  /**
   * A record's place.
   *
   * @param timestamp its event time, ms of the epoch
   */
  record RecordPosition(long offset, long timestamp) {}
}
