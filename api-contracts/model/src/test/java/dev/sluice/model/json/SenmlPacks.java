package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Streams that take SenML, and what packs tell them. */
final class SenmlPacks {
  private static final String STREAM =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}, %s],
       "key": "device", "time": "ts", "max-skew": "P1D",
       "senml": {"device": "device", "records": [%s]}}
      """;

  static final String ELECTRICITY =
      stream(
          "voltage DOUBLE, current DOUBLE",
          "{\"name\": \"voltage\", \"unit\": \"V\", \"field\": \"voltage\"},"
              + "{\"name\": \"current\", \"unit\": \"A\", \"field\": \"current\"}");

  static final String WEATHER =
      stream(
          "humidity DOUBLE, lon DOUBLE, lat DOUBLE, battery LONG, temperature DOUBLE",
          "{\"unit\": \"%RH\", \"field\": \"humidity\"}, {\"unit\": \"lon\", \"field\": \"lon\"},"
              + "{\"unit\": \"lat\", \"field\": \"lat\"}, {\"unit\": \"%EL\", \"field\": \"battery\"},"
              + "{\"name\": \"humidity\", \"unit\": \"%RH\", \"field\": \"humidity\"},"
              + "{\"name\": \"temperature\", \"unit\": \"Cel\", \"field\": \"temperature\"},"
              + "{\"unit\": \"Cel\", \"field\": \"temperature\"}");

  static final String THINGS =
      stream(
          "temp DOUBLE, label STRING, open BOOLEAN, tag STRING, heat LONG, fan LONG",
          "{\"name\": \"temp\", \"unit\": \"Cel\", \"field\": \"temp\"},"
              + "{\"name\": \"label\", \"field\": \"label\"}, {\"name\": \"open\", \"field\": \"open\"},"
              + "{\"name\": \"nfc-reader\", \"field\": \"tag\"},"
              + "{\"name\": \"heat\", \"unit\": \"/\", \"field\": \"heat\"},"
              + "{\"name\": \"fan\", \"unit\": \"/\", \"field\": \"fan\"}");

  static String stream(String fields, String records) {
    String all =
        List.of(fields.split(", ")).stream()
            .map(field -> field.split(" "))
            .map(
                field ->
                    "{\"name\": \"%s\", \"type\": \"%s\", \"nullable\": true}"
                        .formatted(field[0], field[1]))
            .collect(Collectors.joining(", "));
    return STREAM.formatted(all, records);
  }

  private SenmlPacks() {}

  static StreamDefinition parse(String definition) {
    return StreamJson.parse("readings", definition.getBytes(UTF_8));
  }

  static DecodedFrame<Event> decode(String definition, String pack) {
    return decode(definition, pack.getBytes(UTF_8), FrameFormat.SENML_JSON);
  }

  static DecodedFrame<Event> decode(String definition, byte[] pack, FrameFormat format) {
    return Frames.decode(parse(definition), pack, format, FrameBounds.DEFAULT);
  }

  static List<String> told(String definition, String pack) {
    return told(definition, decode(definition, pack));
  }

  /** The device, the time and what else each event has. */
  static List<String> told(String definition, DecodedFrame<Event> frame) {
    assertThat(frame.problem()).isNull();
    assertThat(frame.rejected()).isEmpty();
    List<String> told = new ArrayList<>();
    for (Event event : frame.events()) {
      StringBuilder text = new StringBuilder();
      Map<String, @Nullable Object> fields = event.fields(parse(definition));
      fields.remove("_ingested");
      assertThat(fields.get("ts")).isEqualTo(event.time());
      text.append(fields.remove("device")).append(' ').append(time((long) fields.remove("ts")));
      fields.forEach((name, value) -> text.append(value == null ? "" : " " + name + "=" + value));
      told.add(text.toString());
    }
    return told;
  }

  private static String time(long time) {
    long since = time - Frames.NOW;
    return Math.abs(since) > 1_000_000
        ? Long.toString(time)
        : "now" + (since == 0 ? "" : "+" + since);
  }
}
