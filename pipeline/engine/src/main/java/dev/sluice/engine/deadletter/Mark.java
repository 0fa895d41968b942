package dev.sluice.engine.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.TopicRecords.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says that letters before it are no longer there. As a record: the header {@code mark} says why,
 * the value is JSON, {@code [[first, last], …]}.
 *
 * @param offset of the mark itself
 */
public record Mark(long offset, Why why, List<Span> spans) implements Entry {
  private static final String HEADER = "mark";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What became of the letters. */
  public enum Why {
    REPLAYED,
    DELETED
  }

  /** Letters from one offset to another, both included. */
  public record Span(long first, long last) {}

  public Mark {
    spans = List.copyOf(spans);
  }

  static LogRecord record(String topic, Why why, List<Span> spans, long now) {
    long[][] pairs =
        spans.stream().map(span -> new long[] {span.first(), span.last()}).toArray(long[][]::new);
    return new LogRecord(
        topic,
        0,
        now,
        null,
        JSON.writeValueAsBytes(pairs),
        Map.of(HEADER, why.name().getBytes(UTF_8)));
  }

  /** The mark that a record is; null: it is none. */
  static @Nullable Mark of(Stored record) {
    String why = DeadLetter.text(record.headers(), HEADER);
    if (why == null || record.value() == null) {
      return null;
    }
    try {
      List<Span> spans = new ArrayList<>();
      for (JsonNode pair : JSON.readTree(record.value())) {
        spans.add(new Span(pair.get(0).longValue(), pair.get(1).longValue()));
      }
      return new Mark(record.offset(), Why.valueOf(why), spans);
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new IllegalStateException("the mark at " + record.offset() + " is none of ours", e);
    }
  }
}
