package dev.sluice.engine.log;

import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group that shares out a stream's partitions, reads those that are its own, and
 * hands on what it makes of them: each event's part in it once, whatever becomes of the members.
 * Blocks; one thread at a time.
 *
 * <p>Every method may throw a {@link dev.sluice.model.problem.ProblemException}: LOG_UNAVAILABLE,
 * POSITION_EXPIRED where the log no longer has what comes next, or DEDUPE_LIMIT. It is of no use
 * afterwards: close it, and join again.
 */
public interface GroupReader extends AutoCloseable {

  /** What has come, or is empty if nothing came in time. */
  Polled poll(Duration timeout);

  /**
   * Appends the records, and says how far the group has read: both or neither.
   *
   * @param records that are stored if it does
   * @param positions of partitions of its own; what was read before them is what the records are of
   * @return false: the partitions are somebody else's by now, and nothing has happened. The next
   *     poll begins anew.
   */
  boolean commit(List<LogRecord> records, Map<Integer, GroupPosition> positions);

  /** Forgets what was read and not committed: the next poll begins anew, and has it again. */
  void again();

  @Override
  void close();

  /**
   * What one poll gave.
   *
   * @param begin where it begins anew, before these batches: its partitions, and how far they were
   *     committed. What was read and not committed is to be forgotten, and comes again. Null: it
   *     goes on.
   * @param batches each of one partition, in the order of its offsets
   * @param originals what the batches are of
   * @param atEnd whether it has read all that its partitions have, as far as it knows
   */
  record Polled(
      @Nullable Map<Integer, GroupPosition> begin,
      List<EventBatch> batches,
      Originals originals,
      boolean atEnd) {}

  /** The records of a poll, as they are in the log. Of no use after the next poll. */
  interface Originals {

    /** The record of a place that is in one of the poll's batches. */
    Original at(int partition, long offset);
  }

  /**
   * A record as it is in the log.
   *
   * @param timestamp ms of the epoch
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way; never compared
  record Original(long timestamp, byte @Nullable [] key, byte @Nullable [] value) {}
}
