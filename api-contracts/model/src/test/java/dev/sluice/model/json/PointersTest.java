package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Fields that are found where their JSON Pointers (RFC 6901) say, in JSON, NDJSON and CBOR. */
class PointersTest {
  private static final String NESTED =
      """
      {"fields": [{"name": "device", "type": "STRING", "pointer": "/meta/id"},
                  {"name": "temp", "type": "DOUBLE", "pointer": "/payload/values/1", "nullable": true},
                  {"name": "first", "type": "LONG", "pointer": "/payload/values/0", "nullable": true},
                  {"name": "odd", "type": "STRING", "pointer": "/payload/a~1b~0 ü/", "nullable": true},
                  {"name": "n", "type": "LONG", "nullable": true}],
       "key": "device"}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"meta\":{\"id\":\"a\"},\"payload\":{\"values\":[7,21.5],\"a/b~ ü\":{\"\":\"x\"}},\"n\":1} | a 21.5 7 x 1",
        "{\"n\":1,\"payload\":{\"a\\/b~ \\u00fc\":{\"\":\"x\"},\"values\":[7]},\"meta\":{\"id\":\"a\"}} | a null 7 x 1",
        "{\"meta\":{\"id\":\"a\"}} | a null null null null",
        "{\"meta\":{\"id\":\"a\"},\"payload\":null} | a null null null null",
        "{\"meta\":{\"id\":\"a\"},\"payload\":{\"values\":{\"1\":2,\"0\":3}}} | a 2.0 3 null null",
        "{\"meta\":{\"id\":\"a\"},\"payload\":{\"values\":[]},\"payload\":{\"values\":[null,3]}} | a 3.0 null null null",
      })
  void fieldsAreFoundWhereTheirPointersSay(String json, String values) {
    List<DecodedFrame<Event>> frames = new ArrayList<>();
    frames.add(decode(json.getBytes(UTF_8), FrameFormat.JSON));
    frames.add(decode(json.getBytes(UTF_8), FrameFormat.NDJSON));
    if (!json.contains("\"payload\":{\"values\":[]}")) {
      frames.add(decode(cbor(json), FrameFormat.CBOR));
    }
    for (DecodedFrame<Event> frame : frames) {
      assertThat(frame.rejected()).isEmpty();
      assertThat(frame.events())
          .singleElement()
          .satisfies(event -> assertThat(told(event)).isEqualTo(values));
    }
  }

  private static String told(Event event) {
    List<@Nullable Object> values = new ArrayList<>(event.fields(nested()).values());
    values.remove(0); // _ingested
    return String.join(" ", values.stream().map(String::valueOf).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"meta\":{}} | FIELD_MISSING | device | device must be a STRING: was not there",
        "{} | FIELD_MISSING | device | device must be a STRING: was not there",
        "{\"meta\":{\"id\":7}} | FIELD_TYPE | device | device must be a STRING: was the number 7",
        "{\"meta\":\"a\"} | FIELD_TYPE | /meta | /meta must be an object or an array, in which fields are: was the string \"a\"",
        "{\"meta\":{\"id\":\"a\"},\"payload\":{\"values\":[1,\"x\"]}} | FIELD_TYPE | temp | temp must be a DOUBLE or null: was the string \"x\"",
        "{\"meta\":{\"id\":\"a\",\"ids\":{\"a\":[]}}} | FIELD_UNKNOWN | /meta/ids | readings has no field at /meta/ids; did you mean /meta/id?",
        "{\"meta\":{\"id\":\"a\"},\"payload\":{\"values\":[1,2,3]}} | FIELD_UNKNOWN | /payload/values/2 | readings has no field at /payload/values/2; did you mean /payload/values/1?",
        "{\"meta\":{\"id\":\"a\"},\"device\":\"a\"} | FIELD_UNKNOWN | /device | readings has no field at /device",
        "{\"meta\":{\"id\":\"a\",\"id\":\"b\"}} | FIELD_DUPLICATE | device | device must be there once: is there again",
        "{\"meta\":{\"id\":\"a\"},\"meta\":{\"id\":\"b\"}} | FIELD_DUPLICATE | device | device must be there once: is there again",
        "[{\"meta\":1}] | EVENT_NOT_OBJECT | | an event must be an object: was an array",
      })
  void eventThatDoesNotFitIsRejectedInTheSameWords(
      String json, ProblemCode code, @Nullable String field, String detail) {
    List<DecodedFrame<Event>> frames = new ArrayList<>();
    frames.add(decode(("[" + json + "]").getBytes(UTF_8), FrameFormat.JSON));
    if (code != ProblemCode.FIELD_DUPLICATE) {
      frames.add(decode(cbor("[" + json + "]"), FrameFormat.CBOR));
    }
    for (DecodedFrame<Event> frame : frames) {
      assertThat(frame.rejected())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.code()).isEqualTo(code);
                assertThat(one.field()).isEqualTo(field);
                assertThat(one.detail()).startsWith(detail);
              });
    }
  }

  @Test
  void whatIsUnknownIsPassedOverWhereTheStreamSaysSo() {
    StreamDefinition lenient = parse(NESTED.replace("\"key\"", "\"unknown\": \"ignore\", \"key\""));
    String json =
        "{\"x\":[{}],\"meta\":{\"y\":{\"id\":1},\"id\":\"a\"},\"payload\":{\"values\":[1,2,[3]]}}";
    for (DecodedFrame<Event> frame :
        List.of(
            Frames.decode(lenient, json, FrameFormat.JSON),
            Frames.decode(lenient, cbor(json), FrameFormat.CBOR, FrameBounds.DEFAULT))) {
      assertThat(frame.events()).hasSize(1);
    }
  }

  @Test
  void nestedBombsAreBounded() {
    for (String opening : List.of("[", "{\"payload\":", "{\"values\":")) {
      String closing = opening.equals("[") ? "]" : "}";
      String bomb =
          "{\"meta\":{\"id\":\"a\"},\"payload\":"
              + opening.repeat(400)
              + "1"
              + closing.repeat(400)
              + "}";
      for (DecodedFrame<Event> frame :
          List.of(
              decode(bomb.getBytes(UTF_8), FrameFormat.JSON),
              decode(cbor(bomb), FrameFormat.CBOR))) {
        assertThat(frame.rejected())
            .extracting(Rejection::code)
            .containsExactly(ProblemCode.EVENT_TOO_DEEP);
      }
    }
    String elements =
        "{\"meta\":{\"id\":\"a\"},\"payload\":{\"values\":[" + "1,".repeat(100_000) + "1]}}";
    assertThat(decode(elements.getBytes(UTF_8), FrameFormat.JSON).rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.EVENT_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "{\"meta\":",
        "{\"meta\":{\"id\"",
        "{\"meta\":{\"id\":\"a\"",
        "{\"meta\":[1,]}",
        "{\"payload\":{\"values\":[1 2]}}",
        "{\"payload\":{\"values\":[1}}",
        "{\"payload\":{1:2}}"
      })
  void whatIsNotJsonIsRefusedAsAWhole(String json) {
    assertThat(Frames.problem(decode(json.getBytes(UTF_8), FrameFormat.JSON)).code())
        .isEqualTo(ProblemCode.FRAME_NOT_JSON);
  }

  @Test
  void definitionIsKeptWithItsPointers() {
    StreamDefinition stream = parse(NESTED);
    assertThat(parse(StreamJson.toJson(stream).toString())).isEqualTo(stream);
    assertThat(StreamJson.toJson(stream).path("fields").get(0).path("pointer").stringValue())
        .isEqualTo("/meta/id");
    assertThat(StreamJson.toJson(stream).path("fields").get(4).has("pointer")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | fields[0].pointer must be a JSON Pointer",
        "meta/id | fields[0].pointer must be a JSON Pointer",
        "/a~2b | fields[0].pointer must be a JSON Pointer",
        "/a~ | fields[0].pointer must be a JSON Pointer",
        "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a | fields[0].pointer must go at most 16 deep: goes 17",
        "/payload | the field temp at /payload/values/1 would be inside of the field device at /payload",
        "/n | the field n at /n would be inside of the field device at /n",
        "/n/x | the field device at /n/x would be inside of the field n at /n",
      })
  void pointerThatCannotBeIsRefused(String pointer, String detail) {
    assertThatThrownBy(() -> parse(NESTED.replace("/meta/id", pointer)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            refused -> {
              assertThat(refused.problem().code()).isEqualTo(ProblemCode.STREAM_INVALID);
              assertThat(refused.problem().detail()).startsWith(detail);
            });
  }

  @Test
  void pointersAreForValuesThatAreJson() {
    String topic = NESTED.replace("\"key\": \"device\"", "\"topic\": \"t\", \"values\": \"%s\"");
    assertThat(Objects.requireNonNull(parse(topic.formatted("JSON")).foreign()).topic())
        .isEqualTo("t");
    assertThatThrownBy(() -> parse(topic.formatted("AVRO")))
        .hasMessageContaining("pointers are for JSON and CBOR");
  }

  private static StreamDefinition nested() {
    return parse(NESTED);
  }

  private static StreamDefinition parse(String definition) {
    return StreamJson.parse("readings", definition.getBytes(UTF_8));
  }

  private static DecodedFrame<Event> decode(byte[] frame, FrameFormat format) {
    return Frames.decode(nested(), frame, format, FrameBounds.DEFAULT);
  }

  private static byte[] cbor(String json) {
    return new CBORMapper().writeValueAsBytes(JsonMapper.shared().readTree(json));
  }
}
