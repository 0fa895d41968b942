package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events of devices that have not heard of what became of their stream's fields. */
class EvolvedFramesTest {
  private static final String FIELDS =
      """
      {"fields": [{"name": "device", "type": "STRING"},
                  {"name": "temperature", "type": "DOUBLE", "aliases": ["temp", "t"]%s},
                  {"name": "hall", "type": "STRING", "default": "north"}]}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"device\": \"a\", \"temp\": 21} | north",
        "{\"t\": 21, \"device\": \"a\", \"hall\": \"north\"} | north",
        "{\"temperature\": 21, \"hall\": \"south\", \"device\": \"a\"} | south"
      })
  void anOldNameIsTheFieldAndADefaultIsFilledIn(String json, String hall) {
    for (String pointer : List.of("", ", \"pointer\": \"/temperature\"")) {
      StreamDefinition stream = stream(pointer);
      List<Event> events = Frames.decode(stream, json, FrameFormat.JSON).events();

      assertThat(events).hasSize(1);
      Map<String, @Nullable Object> read = AvroOracle.read(stream, events.get(0).value());
      assertThat(read)
          .containsEntry("temperature", 21.0)
          .containsEntry("device", "a")
          .containsEntry("hall", hall);
    }
  }

  @Test
  void twoColumnsOfOneFieldAreRefused() {
    DecodedFrame<Event> frame =
        Frames.decode(stream(""), "device,temp,temperature\na,1,2\n", FrameFormat.CSV);
    assertThat(Frames.problem(frame).code()).isEqualTo(ProblemCode.FRAME_MALFORMED);
  }

  @Test
  void anOldNameIsTheFieldInACloudEventToo() {
    StreamDefinition stream = stream("");
    List<Event> events =
        Frames.decode(
                stream,
                """
                {"specversion": "1.0", "id": "1", "source": "/a", "type": "t",
                 "data": {"device": "a", "temp": 21}}""",
                FrameFormat.CLOUDEVENT)
            .events();

    assertThat(events).hasSize(1);
    assertThat(AvroOracle.read(stream, events.get(0).value())).containsEntry("temperature", 21.0);
  }

  @Test
  void oneFieldUnderTwoNamesIsThereTwice() {
    assertThat(
            Frames.decode(
                    stream(""), "{\"device\": \"a\", \"temp\": 1, \"t\": 2}", FrameFormat.JSON)
                .rejected()
                .get(0)
                .code())
        .isEqualTo(ProblemCode.FIELD_DUPLICATE);
  }

  @Test
  void aNullThatIsSaidIsNotAbsent() {
    Rejection rejection =
        Frames.decode(
                stream(""), "{\"device\": \"a\", \"temp\": 1, \"hall\": null}", FrameFormat.JSON)
            .rejected()
            .get(0);

    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_MISSING);
    assertThat(rejection.field()).isEqualTo("hall");
  }

  private static StreamDefinition stream(String pointer) {
    return StreamJson.parse("halls", FIELDS.formatted(pointer).getBytes(UTF_8));
  }
}
