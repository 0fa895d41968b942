package dev.sluice.engine.log.kafka;

import dev.sluice.model.stream.StreamDefinition;

/**
 * How the timestamps of a topic's records, by which Kafka finds places, go with the event times.
 *
 * @param skew by how much an event time may be after its record's timestamp, ms; {@link
 *     Long#MAX_VALUE} if it may be anything
 */
record TopicTimes(long skew) {

  /**
   * A stream's own records, and a view's, bear their event time. In a topic that was there before
   * it is a field, at most the skew after the timestamp, or the record is no event; of a historical
   * one nothing is known.
   */
  static TopicTimes of(StreamDefinition stream) {
    if (stream.foreign() == null || stream.time().field() == null) {
      return new TopicTimes(0);
    }
    return new TopicTimes(
        stream.time().historical() ? Long.MAX_VALUE : stream.time().maxSkew().toMillis());
  }

  /** The timestamp from which on there may be events of the time or later. */
  long earliestOf(long eventTime) {
    return skew == Long.MAX_VALUE ? 0 : Math.max(0, eventTime - skew);
  }

  /** The latest time that an event of a record may have. */
  long latestOf(long timestamp) {
    return skew == Long.MAX_VALUE ? timestamp : timestamp + skew;
  }
}
