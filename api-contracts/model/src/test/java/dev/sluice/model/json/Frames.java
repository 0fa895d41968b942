package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Frames of the readings of {@link Streams}, and what becomes of them. */
final class Frames {
  static final long NOW = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();
  static final String GOOD =
      "{\"device\":\"a\",\"seq\":1,\"ts\":\"2026-11-20T12:00:00.123Z\",\"temperature\":21.5}";

  private Frames() {}

  record Event(long time, byte @Nullable [] key, byte[] value) {
    Map<String, @Nullable Object> fields(StreamDefinition stream) {
      return AvroOracle.read(stream, value);
    }
  }

  static String event(String member) {
    return GOOD.replace(
        "\"temperature\":21.5",
        member.startsWith("\"temperature\"") ? member : "\"temperature\":21.5," + member);
  }

  static Problem problem(DecodedFrame<Event> frame) {
    return Objects.requireNonNull(frame.problem());
  }

  static String event(long time) {
    return GOOD.replace("\"2026-11-20T12:00:00.123Z\"", Long.toString(time));
  }

  static Event onlyEvent(String json) {
    DecodedFrame<Event> frame = decode(json);
    assertThat(frame.rejected()).isEmpty();
    assertThat(frame.problem()).isNull();
    assertThat(frame.events()).hasSize(1);
    return frame.events().get(0);
  }

  static Rejection onlyRejection(String json) {
    DecodedFrame<Event> frame = decode(json);
    assertThat(frame.problem()).isNull();
    assertThat(frame.events()).isEmpty();
    assertThat(frame.rejected()).hasSize(1);
    return frame.rejected().get(0);
  }

  static DecodedFrame<Event> decode(String json) {
    return decode(Streams.readings(), json, FrameFormat.JSON);
  }

  static DecodedFrame<Event> decode(StreamDefinition stream, String json, FrameFormat format) {
    return decode(stream, json, format, FrameBounds.DEFAULT);
  }

  static DecodedFrame<Event> decode(
      StreamDefinition stream, String json, FrameFormat format, FrameBounds bounds) {
    return decode(stream, json.getBytes(UTF_8), format, bounds);
  }

  static DecodedFrame<Event> decode(
      StreamDefinition stream, byte[] json, FrameFormat format, FrameBounds bounds) {
    return new FrameDecoder(stream, AvroOracle.SCHEMA_ID, bounds)
        .decode(json, format, NOW, Event::new);
  }
}
