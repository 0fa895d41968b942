package dev.sluice.views.partials;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.GroupReader.Original;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of a view's source that it does not count, as records: key and value are as they were
 * (cut off at 64 and 768 KiB), the headers {@code code} and {@code detail} say why, {@code door}
 * ({@code view}), {@code source}, {@code partition}, {@code offset} and {@code timestamp} (ms of
 * the epoch) whence, and {@code ingested} (ms of the epoch) when. The names are those of the dead
 * letters of streams.
 *
 * @param topic of the view's dead letters
 * @param source topic that it reads
 */
record DeadLetters(String topic, String source, Clock clock) {
  /** With key and headers below what Kafka's brokers take of a record by default. */
  private static final int MOST_BYTES = 768 << 10;

  private static final int MOST_KEY_BYTES = 64 << 10;

  LogRecord undecodable(int partition, long offset, Original record) {
    return of(
        ProblemCode.EVENT_UNDECODABLE,
        record.value() == null
            ? "a record without a value that states no watermark"
            : "a record that is not written with the schema of its stream",
        partition,
        offset,
        record);
  }

  LogRecord late(int partition, long offset, Original record) {
    return of(
        ProblemCode.EVENT_LATE,
        "its windows were over in its partition before it came: was it offline for longer than the"
            + " stream's lateness?",
        partition,
        offset,
        record);
  }

  private LogRecord of(
      ProblemCode code, String detail, int partition, long offset, Original record) {
    long now = clock.millis();
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("code", code.name().getBytes(UTF_8));
    headers.put("detail", detail.getBytes(UTF_8));
    headers.put("door", "view".getBytes(UTF_8));
    headers.put("source", source.getBytes(UTF_8));
    headers.put("partition", number(partition));
    headers.put("offset", number(offset));
    headers.put("timestamp", number(record.timestamp()));
    headers.put("ingested", number(now));
    return new LogRecord(
        topic,
        null,
        now,
        cut(record.key(), MOST_KEY_BYTES),
        cut(record.value(), MOST_BYTES),
        headers);
  }

  private static byte[] number(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }

  private static byte @Nullable [] cut(byte @Nullable [] bytes, int most) {
    return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, most);
  }
}
