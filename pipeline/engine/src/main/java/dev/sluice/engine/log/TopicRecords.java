package dev.sluice.engine.log;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of topics of one partition, as they are and by their offsets; committed ones only.
 * Belongs to one thread at a time. Each call blocks, and fails with LOG_UNAVAILABLE.
 */
public interface TopicRecords extends AutoCloseable {

  /** Where a topic begins and ends now. */
  Extent extent(String topic);

  /** The offset after the last record that was written, be it committed or not. */
  long written(String topic);

  /**
   * The first offset of a record whose timestamp is not before that time, ms of the epoch; {@link
   * Long#MAX_VALUE} if there is none.
   */
  long offsetAt(String topic, long time);

  /**
   * Records from an offset on, as many as one fetch brings: a few hundred, of a few MiB at most.
   *
   * @param from if the topic begins later, there
   * @param end offset behind the last that is wanted, at most the topic's end
   */
  Read read(String topic, long from, long end);

  /** Deletes the records before an offset. */
  void cutBefore(String topic, long offset);

  @Override
  void close();

  /**
   * A topic's offsets.
   *
   * @param begin of the first record that is kept
   * @param end behind the last record that readers have
   */
  record Extent(long begin, long end) {}

  /**
   * A record as it is.
   *
   * @param time its timestamp, ms of the epoch
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way out; never compared
  record Stored(
      long offset,
      long time,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Map<String, byte[]> headers) {}

  /**
   * What was read.
   *
   * @param next offset to go on from
   */
  record Read(List<Stored> records, long next) {}
}
