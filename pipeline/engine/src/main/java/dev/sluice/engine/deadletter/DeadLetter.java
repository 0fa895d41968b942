package dev.sluice.engine.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.TopicRecords.Stored;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event, or a record, that was not taken.
 *
 * @param offset in the topic of the dead letters
 * @param time when it was rejected, ms of the epoch
 * @param original as it came, perhaps cut off; null: it had no bytes
 * @param format MIME type of what it came as
 * @param cut whether {@code original} may be only the beginning of it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way out; never compared
public record DeadLetter(
    long offset,
    long time,
    Reason reason,
    Origin origin,
    byte @Nullable [] original,
    String format,
    boolean cut) {

  /** The header that makes a record a letter. */
  static final String CODE = "code";

  private static final String AVRO = "application/vnd.confluent.avro";

  private static final String JSON = "application/json";

  /**
   * Why it was not taken.
   *
   * @param field that it is about, where it is about one
   */
  public record Reason(String code, @Nullable String field, String detail) {}

  /**
   * Where it came from.
   *
   * @param door that it came by: one of those for events, {@code view} or {@code webhook}
   * @param device its connection, as far as it was told
   * @param owner the only key that its sender may speak for; null: any
   * @param frame number on the connection, from 0
   * @param index in the frame, from 0
   * @param record that it was, if it was in the log already
   */
  public record Origin(
      String door,
      @Nullable String device,
      @Nullable String owner,
      @Nullable Long frame,
      @Nullable Integer index,
      @Nullable Source record) {}

  /**
   * A record of the log.
   *
   * @param timestamp ms of the epoch
   */
  public record Source(String topic, int partition, long offset, long timestamp) {}

  /** The letter that a record is; null: it is none. */
  static @Nullable DeadLetter of(Stored record) {
    Map<String, byte[]> headers = record.headers();
    String code = text(headers, CODE);
    if (code == null) {
      return null;
    }
    String field = text(headers, "field");
    String door = orEmpty(text(headers, "door"));
    Source source = source(headers);
    return new DeadLetter(
        record.offset(),
        record.time(),
        new Reason(code, field, orEmpty(text(headers, "detail"))),
        new Origin(
            door,
            text(headers, "device"),
            text(headers, "owner"),
            number(headers, "frame"),
            index(headers),
            source),
        record.value(),
        format(text(headers, "format"), source),
        headers.containsKey("cut"));
  }

  /** Records of the log are Avro; what does not say what it is came when all was JSON. */
  private static String format(@Nullable String said, @Nullable Source source) {
    if (said != null) {
      return said;
    }
    return source == null ? JSON : AVRO;
  }

  private static @Nullable Source source(Map<String, byte[]> headers) {
    String topic = text(headers, "source");
    Long partition = number(headers, "partition");
    Long offset = number(headers, "offset");
    Long timestamp = number(headers, "timestamp");
    return topic == null || partition == null || offset == null || timestamp == null
        ? null
        : new Source(topic, partition.intValue(), offset, timestamp);
  }

  private static @Nullable Integer index(Map<String, byte[]> headers) {
    Long index = number(headers, "index");
    return index == null ? null : index.intValue();
  }

  private static @Nullable Long number(Map<String, byte[]> headers, String name) {
    String text = text(headers, name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  static @Nullable String text(Map<String, byte[]> headers, String name) {
    byte[] value = headers.get(name);
    return value == null ? null : new String(value, UTF_8);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** What it takes of a page. */
  int bytes() {
    return 256 + reason.detail().length() + (original == null ? 0 : original.length);
  }
}
