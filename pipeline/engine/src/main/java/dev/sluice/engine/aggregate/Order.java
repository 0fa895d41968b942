package dev.sluice.engine.aggregate;

import dev.sluice.model.event.EventBatch;

/**
 * Where the rows of a batch stand among all events: by time, then partition, then offset.
 *
 * @param time event time of each row, ms of the epoch
 * @param partition of all rows
 * @param offset of each row
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; they are never compared
public record Order(long[] time, int partition, long[] offset) {

  /** For aggregates to which it does not matter. */
  static final Order NONE = new Order(new long[0], 0, new long[0]);

  public static Order of(EventBatch batch) {
    return new Order(batch.log().eventTime(), batch.partition(), batch.log().offset());
  }

  static int compare(
      long time, int partition, long offset, long otherTime, int otherPartition, long otherOffset) {
    int order = Long.compare(time, otherTime);
    if (order == 0) {
      order = Integer.compare(partition, otherPartition);
    }
    return order == 0 ? Long.compare(offset, otherOffset) : order;
  }
}
