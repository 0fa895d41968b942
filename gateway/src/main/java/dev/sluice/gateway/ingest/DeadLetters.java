package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.json.Rejection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rejected events as records: the value is the event as it came, cut off at the bound of an event's
 * size (then there is the header {@code cut}). The headers {@code code}, {@code detail}, {@code
 * field} (where it is about one), {@code format} (its MIME type), {@code door}, {@code device},
 * {@code owner} (the only key that its sender may speak for, where there is one), {@code frame},
 * {@code index} and {@code ingested} (ms of the epoch) say why, what, whence and when.
 */
final class DeadLetters {
  private static final byte[] YES = "true".getBytes(UTF_8);

  private DeadLetters() {}

  /**
   * @param eventBytes the bound of an event's size; what is as long may have been longer
   */
  static LogRecord of(String topic, Rejection rejection, Frame frame, int eventBytes, long now) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("code", rejection.code().name().getBytes(UTF_8));
    headers.put("detail", rejection.detail().getBytes(UTF_8));
    if (rejection.field() != null) {
      headers.put("field", rejection.field().getBytes(UTF_8));
    }
    headers.put("format", Formats.ofEvent(frame.format(), rejection.original()).getBytes(UTF_8));
    if (rejection.original().length >= eventBytes) {
      headers.put("cut", YES);
    }
    headers.put("door", frame.origin().door().getBytes(UTF_8));
    headers.put("device", frame.origin().device().getBytes(UTF_8));
    String owner = frame.origin().caller().device();
    if (owner != null) {
      headers.put("owner", owner.getBytes(UTF_8));
    }
    headers.put("frame", Long.toString(frame.number()).getBytes(UTF_8));
    headers.put("index", Integer.toString(rejection.index()).getBytes(UTF_8));
    headers.put("ingested", Long.toString(now).getBytes(UTF_8));
    return new LogRecord(topic, null, now, null, rejection.original(), headers);
  }
}
