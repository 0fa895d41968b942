package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.json.Rejection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rejected events as records: the value is the event as it came (cut off at the bound of an event's
 * size), the headers {@code code}, {@code detail}, {@code field} (where it is about one), {@code
 * door}, {@code device}, {@code frame}, {@code index} and {@code ingested} (ms of the epoch) say
 * why, whence and when.
 */
final class DeadLetters {
  private DeadLetters() {}

  static LogRecord of(String topic, Rejection rejection, Frame frame, long now) {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("code", rejection.code().name().getBytes(UTF_8));
    headers.put("detail", rejection.detail().getBytes(UTF_8));
    if (rejection.field() != null) {
      headers.put("field", rejection.field().getBytes(UTF_8));
    }
    headers.put("door", frame.origin().door().getBytes(UTF_8));
    headers.put("device", frame.origin().device().getBytes(UTF_8));
    headers.put("frame", Long.toString(frame.number()).getBytes(UTF_8));
    headers.put("index", Integer.toString(rejection.index()).getBytes(UTF_8));
    headers.put("ingested", Long.toString(now).getBytes(UTF_8));
    return new LogRecord(topic, null, now, null, rejection.original(), headers);
  }
}
