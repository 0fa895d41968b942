package dev.sluice.engine.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record to append.
 *
 * @param partition null: by the key, or spread where there is none
 * @param timestamp ms of the epoch: the event time
 * @param value null: no event (a punctuation)
 * @param headers names and UTF-8 or binary values; mostly empty
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to the log; never compared
public record LogRecord(
    String topic,
    @Nullable Integer partition,
    long timestamp,
    byte @Nullable [] key,
    byte @Nullable [] value,
    Map<String, byte[]> headers) {

  /**
   * What a record costs a producer's memory beyond its bytes: an upper estimate of Kafka's framing.
   */
  private static final int OVERHEAD = 100;

  /** Bytes that the record holds until it is stored, framing included. */
  public int bytes() {
    int bytes = OVERHEAD + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    for (Map.Entry<String, byte[]> header : headers.entrySet()) {
      bytes += header.getKey().length() + header.getValue().length;
    }
    return bytes;
  }
}
