package dev.sluice.engine.log;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.stream.StreamDefinition;
import java.util.Collection;
import java.util.List;
import reactor.core.publisher.Mono;

/** The log of all streams: durable, ordered within a partition, replayable. */
public interface EventLog {

  /**
   * How many partitions a topic has. Fails with TOPIC_UNKNOWN, LOG_UNAVAILABLE, or STREAM_INVALID
   * for more than a stream may have.
   */
  Mono<Integer> partitions(String topic);

  /**
   * Creates the topics of a stream where they are absent, and gives them its retention where they
   * are there. Fails with LOG_UNAVAILABLE, or with STREAM_INCOMPATIBLE if a topic is there with
   * another number of partitions. A view of a topic has none of its own: nothing is done.
   */
  Mono<Void> createTopics(StreamDefinition stream);

  /**
   * Has the dead letters of streams that are there kept as long as those of new ones. Fails with
   * LOG_UNAVAILABLE.
   */
  Mono<Void> retainDeadLetters(Collection<StreamDefinition> streams);

  /**
   * Deletes the topics of a stream where they are there; never the one that it is a view of. Fails
   * with LOG_UNAVAILABLE.
   */
  Mono<Void> deleteTopics(StreamDefinition stream);

  /**
   * Where each partition of a stream begins and ends, and how large it is. Fails with
   * LOG_UNAVAILABLE.
   */
  Mono<List<PartitionExtent>> extents(StreamDefinition stream);

  /**
   * From which event time on nothing of a stream was cut off, ms of the epoch: {@link
   * Long#MIN_VALUE} if nothing was at all, {@link Long#MAX_VALUE} if a partition lost all that it
   * had. Fails with LOG_UNAVAILABLE.
   */
  Mono<Long> wholeFrom(StreamDefinition stream);

  /**
   * The offset after the last record that readers have by now, of each partition in their order.
   * Fails with LOG_UNAVAILABLE.
   */
  Mono<List<Long>> ends(StreamDefinition stream);

  /**
   * Appends the records in their order, and completes when the last of them is stored on all
   * in-sync replicas.
   *
   * <p>Does not bound what is in flight: the caller holds a budget in {@link LogRecord#bytes()}
   * below the producer's memory. While the log is away the Mono waits, up to the delivery timeout;
   * then it fails with LOG_UNAVAILABLE, and any of the records may be stored.
   *
   * @return completes on the log's own thread
   */
  Mono<Void> append(List<LogRecord> records);

  /**
   * Since when appends have been working: after the last one that failed or took long, ms of the
   * epoch; {@link Long#MAX_VALUE} while one is taking long.
   */
  long workingSince();

  /**
   * Takes part in sharing out the streams' partitions among all who take part in the same.
   *
   * @param group what it is for
   */
  PartitionOwnership joinOwnership(String group);

  /** Whom readers ask from then on for schemas of records that they do not know. */
  default void lookUpIn(WriterSchemas schemas) {}

  /** A new reader of a stream's events. Blocks only when polled. */
  LogReader openReader(CatalogStream stream);

  /**
   * A new reader of a stream's events that is lent to one question after the other: it turns to the
   * next within milliseconds, at the price of asking more often where nothing comes. Blocks only
   * when polled.
   */
  LogReader openLent(CatalogStream stream);

  /** A new reader of records of any topics, as they are. Blocks only when it is asked. */
  TopicRecords openRecords();

  /**
   * Opens the only appender of that name, and ends what an earlier one had begun. Blocks; fails
   * with LOG_UNAVAILABLE.
   */
  ExclusiveAppender openExclusive(String name);

  /**
   * Joins a group that shares out a stream's partitions, from what it has committed, or else from
   * the log's beginning. Blocks only when polled.
   */
  GroupReader joinGroup(CatalogStream stream, String group);

  /**
   * How far a group is with a topic. One that is not there is at no position. Fails with
   * LOG_UNAVAILABLE.
   */
  Mono<GroupState> groupState(String group, String topic);

  /**
   * Has a group that nobody has joined yet begin where a stream begins now, and nowhere later: if
   * that is cut off before it is read, its readers fail with POSITION_EXPIRED. Fails with
   * LOG_UNAVAILABLE.
   */
  Mono<Void> pinGroup(String group, StreamDefinition stream);

  /**
   * Creates a topic whose records are kept until somebody deletes them, unless it is there. Fails
   * with LOG_UNAVAILABLE.
   *
   * @param partitions of a new one
   * @return how many it has
   */
  Mono<Integer> createTopic(String topic, int partitions);

  /**
   * One partition.
   *
   * @param begin offset of the first record retained
   * @param end offset after the last record
   * @param bytes on disk, all segments
   */
  record PartitionExtent(int partition, long begin, long end, long bytes) {
    /** Retained. */
    public long records() {
      return end - begin;
    }
  }
}
