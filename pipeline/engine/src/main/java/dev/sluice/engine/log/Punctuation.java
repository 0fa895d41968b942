package dev.sluice.engine.log;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A record that is no event but states a watermark: a null value and this header. Its timestamp is
 * the watermark, so that finding a start by time finds it too.
 */
public final class Punctuation {
  /** Header with the watermark: 8 bytes, big endian, ms of the epoch. */
  public static final String HEADER = "sluice-watermark";

  private Punctuation() {}

  /**
   * @param watermark ms of the epoch, not negative
   */
  public static LogRecord record(String topic, int partition, long watermark) {
    byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(watermark).array();
    return new LogRecord(topic, partition, watermark, null, null, Map.of(HEADER, value));
  }

  /** The watermark that a header's value states, or {@link Long#MIN_VALUE} if it states none. */
  public static long watermark(byte[] header) {
    return header.length == Long.BYTES ? ByteBuffer.wrap(header).getLong() : Long.MIN_VALUE;
  }
}
