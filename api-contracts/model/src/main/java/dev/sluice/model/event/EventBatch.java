package dev.sluice.model.event;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A run of one partition's log, as columns.
 *
 * @param partition the partition that it is from
 * @param firstOffset where the run begins: the offset after the run before it
 * @param nextOffset the offset after the last record of the run, of whatever kind
 * @param size the number of events; at most {@link #MAX_ROWS}
 * @param fields a column per field of the stream, in their order
 * @param log what the log says of each event
 * @param endWatermark the partition's watermark after the run, ms of the epoch; {@link
 *     Long#MIN_VALUE} if none yet
 * @param undecodable the records of the run that are neither events nor punctuations
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; batches are never compared
public record EventBatch(
    int partition,
    long firstOffset,
    long nextOffset,
    int size,
    Column[] fields,
    LogColumns log,
    long endWatermark,
    Undecodable undecodable) {

  /** Most rows in a batch. */
  public static final int MAX_ROWS = 8_192;

  /**
   * Records that are neither events nor punctuations, a value per record.
   *
   * @param offset ascending
   * @param watermark the partition's watermark before the record, ms of the epoch
   * @param deleted of a topic that is only read: the keys of those that have no value, null for the
   *     others; null if there are none
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Undecodable(
      long[] offset, long[] watermark, byte @Nullable [] @Nullable [] deleted) {

    /** Of records whose keys are of no interest. */
    public Undecodable(long[] offset, long[] watermark) {
      this(offset, watermark, null);
    }
  }

  /**
   * What the log says of each event, a value per row.
   *
   * @param offset ascending
   * @param eventTime ms of the epoch
   * @param ingested the gateway's clock, ms of the epoch
   * @param watermark the partition's watermark before the event, ms of the epoch
   * @param duplicates {@link Bitmap} of the events that repeat an earlier one, or null if none does
   * @param whole what holds for all of them together; null if nobody has found out
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record LogColumns(
      long[] offset,
      long[] eventTime,
      long[] ingested,
      long[] watermark,
      long @Nullable [] duplicates,
      @Nullable Whole whole) {}

  /**
   * The events of a batch together, for readers who take it as it is.
   *
   * @param distinct the rows that are no duplicates, ascending; the first {@code count} entries
   *     count
   * @param earliest least event time, ms of the epoch; {@link Long#MAX_VALUE} of no events
   * @param latest greatest event time, ms of the epoch; {@link Long#MIN_VALUE} of no events
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Whole(int[] distinct, int count, long earliest, long latest) {
    private static final int[] ALL = IntStream.range(0, MAX_ROWS).toArray();

    /** Of a batch of {@code size} events. */
    public static Whole of(int size, long[] eventTime, long @Nullable [] duplicates) {
      long earliest = Long.MAX_VALUE;
      long latest = Long.MIN_VALUE;
      for (int row = 0; row < size; row++) {
        earliest = Math.min(earliest, eventTime[row]);
        latest = Math.max(latest, eventTime[row]);
      }
      if (duplicates == null) {
        return new Whole(ALL, size, earliest, latest);
      }
      int[] distinct =
          IntStream.range(0, size).filter(row -> !Bitmap.get(duplicates, row)).toArray();
      return new Whole(distinct, distinct.length, earliest, latest);
    }
  }
}
