package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudEvents 1.0 in JSON, the examples of its specification among them. */
class CloudEventFramesTest {
  private static final String ATTRIBUTES =
      """
      {"fields": [{"name": "id", "type": "STRING", "cloudevent": "/id"},
                  {"name": "source", "type": "STRING", "cloudevent": "/source"},
                  {"name": "subject", "type": "STRING", "cloudevent": "/subject", "nullable": true},
                  {"name": "at", "type": "TIMESTAMP", "cloudevent": "/time", "nullable": true},
                  {"name": "other", "type": "LONG", "cloudevent": "/comexampleothervalue", "nullable": true},
                  %s], "key": "source"}
      """;
  private static final String TEXT =
      ATTRIBUTES.formatted(
          "{\"name\": \"body\", \"type\": \"STRING\", \"cloudevent\": \"/data\", \"nullable\": true},"
              + "{\"name\": \"bytes\", \"type\": \"STRING\", \"cloudevent\": \"/data_base64\", \"nullable\": true}");
  private static final String NUMBER =
      ATTRIBUTES.formatted(
          "{\"name\": \"body\", \"type\": \"DOUBLE\", \"cloudevent\": \"/data\", \"nullable\": true}");
  private static final String OBJECT =
      ATTRIBUTES.formatted(
          "{\"name\": \"appinfoA\", \"type\": \"STRING\", \"nullable\": true},"
              + "{\"name\": \"b\", \"type\": \"LONG\", \"nullable\": true, \"pointer\": \"/appinfoB\"},"
              + "{\"name\": \"appinfoC\", \"type\": \"BOOLEAN\", \"nullable\": true},"
              + "{\"name\": \"bytes\", \"type\": \"STRING\", \"cloudevent\": \"/data_base64\", \"nullable\": true}");
  private static final String CONTEXT =
      """
      "specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext",
      "time" : "2018-04-05T17:31:00Z", "comexampleextension1" : "value", "comexampleothervalue" : 5,
      """;
  private static final long TIME = 1_522_949_460_000L;

  /** JSON event format 1.0, 3.2: each kind of data; and the specification's own example. */
  @Test
  void examplesOfTheSpecificationHaveTheValuesOfTheirTexts() {
    assertThat(
            told(
                TEXT,
                "{"
                    + CONTEXT
                    + "\"id\" : \"A234-1234-1234\", \"datacontenttype\" : \"application/vnd.apache.thrift.binary\","
                    + "\"data_base64\" : \"... base64 encoded string ...\"}"))
        .isEqualTo(
            "A234-1234-1234 /mycontext null " + TIME + " 5 null ... base64 encoded string ...");
    assertThat(
            told(
                TEXT,
                "{"
                    + CONTEXT
                    + "\"id\" : \"B234-1234-1234\", \"unsetextension\": null, \"datacontenttype\" : \"application/xml\","
                    + "\"data\" : \"<much wow=\\\"xml\\\"/>\"}"))
        .isEqualTo("B234-1234-1234 /mycontext null " + TIME + " 5 <much wow=\"xml\"/> null");
    assertThat(
            told(
                OBJECT,
                "{"
                    + CONTEXT
                    + "\"subject\": null, \"id\" : \"C234-1234-1234\", \"datacontenttype\" : \"application/json\","
                    + "\"data\" : {\"appinfoA\" : \"abc\", \"appinfoB\" : 123, \"appinfoC\" : true}}"))
        .isEqualTo("C234-1234-1234 /mycontext null " + TIME + " 5 abc 123 true null");
    assertThat(
            told(
                NUMBER,
                "{"
                    + CONTEXT
                    + "\"subject\": null, \"id\" : \"C234-1234-1234\", \"datacontenttype\" : \"application/json\","
                    + "\"data\" : 1.5}"))
        .isEqualTo("C234-1234-1234 /mycontext null " + TIME + " 5 1.5");
    assertThat(
            told(
                TEXT,
                "{"
                    + CONTEXT
                    + "\"subject\": null, \"id\" : \"D234-1234-1234\", \"data\" : \"I'm just a string\"}"))
        .isEqualTo("D234-1234-1234 /mycontext null " + TIME + " 5 I'm just a string null");
    assertThat(
            told(
                TEXT,
                """
                {"specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext",
                 "id" : "D234-1234-1234", "data_base64" : "eyAieHl6IjogMTIzIH0="}
                """))
        .isEqualTo("D234-1234-1234 /mycontext null null null null eyAieHl6IjogMTIzIH0=");
    assertThat(
            told(
                TEXT,
                """
                {"specversion" : "1.0", "type" : "com.github.pull_request.opened",
                 "source" : "https://github.com/cloudevents/spec/pull", "subject" : "123",
                 "id" : "A234-1234-1234", "time" : "2018-04-05T17:31:00Z",
                 "comexampleextension1" : "value", "comexampleothervalue" : 5,
                 "datacontenttype" : "text/xml", "data" : "<much wow=\\"xml\\"/>"}
                """))
        .isEqualTo(
            "A234-1234-1234 https://github.com/cloudevents/spec/pull 123 "
                + TIME
                + " 5 <much wow=\"xml\"/> null");
  }

  /** JSON event format 1.0, 4.3. */
  @Test
  void batchOfTheSpecificationHasTheValuesOfItsText() {
    String batch =
        """
        [{"specversion" : "1.0", "type" : "com.example.someevent", "source" : "/mycontext/4",
          "id" : "B234-1234-1234", "time" : "2018-04-05T17:31:00Z",
          "comexampleextension1" : "value", "comexampleothervalue" : 5,
          "datacontenttype" : "application/vnd.apache.thrift.binary",
          "data_base64" : "... base64 encoded string ..."},
         {"specversion" : "1.0", "type" : "com.example.someotherevent", "source" : "/mycontext/9",
          "id" : "C234-1234-1234", "time" : "2018-04-05T17:31:05Z",
          "comexampleextension1" : "value", "comexampleothervalue" : 5,
          "datacontenttype" : "application/json",
          "data" : {"appinfoA" : "abc", "appinfoB" : 123, "appinfoC" : true}}]
        """;
    DecodedFrame<Event> frame = decode(OBJECT, batch, FrameFormat.CLOUDEVENTS);
    assertThat(frame.rejected()).isEmpty();
    assertThat(frame.events())
        .extracting(event -> told(OBJECT, event))
        .containsExactly(
            "B234-1234-1234 /mycontext/4 null "
                + TIME
                + " 5 null null null ... base64 encoded string ...",
            "C234-1234-1234 /mycontext/9 null " + (TIME + 5_000) + " 5 abc 123 true null");
    assertThat(decode(OBJECT, "[]", FrameFormat.CLOUDEVENTS).problem()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\"} | EVENT_NOT_CLOUDEVENT | in a CloudEvent id must be a text that is not empty: was not there",
        "{\"specversion\":\"0.3\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\"} | EVENT_NOT_CLOUDEVENT | in a CloudEvent specversion must be 1.0: was 0.3",
        "{\"specversion\":1.0,\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\"} | EVENT_NOT_CLOUDEVENT | in a CloudEvent specversion must be a text that is not empty: was the number 1.0",
        "{\"specversion\":\"1.0\",\"type\":\"\",\"source\":\"/s\",\"id\":\"1\"} | EVENT_NOT_CLOUDEVENT | in a CloudEvent type must be a text that is not empty: was the string \"\"",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"type\":\"t\"} | EVENT_NOT_CLOUDEVENT | in a CloudEvent type must be there once: is there again",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"ext\":{\"a\":[]}} | EVENT_NOT_CLOUDEVENT | in a CloudEvent ext must be a text, a number or a boolean: was an object or array",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"time\":\"soon\"} | FIELD_TYPE | at must be a TIMESTAMP or null (an ISO-8601 instant with Z or an offset, or ms of the epoch; years 0000 to 9999): was the string \"soon\"",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"comexampleothervalue\":\"five\"} | FIELD_TYPE | other must be a LONG or null: was the string \"five\"",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"data\":5} | FIELD_TYPE | /data must be an object or an array, in which fields are: was the number 5",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"data\":{\"appinfoD\":1}} | FIELD_UNKNOWN | readings has no field at /data/appinfoD",
        "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",\"data\":{\"appinfoB\":1.5}} | FIELD_TYPE | b must be a LONG or null: was the number 1.5",
        "[1] | EVENT_NOT_OBJECT | an event must be an object: was an array",
      })
  void eventThatDoesNotFitIsRejectedAlone(String json, ProblemCode code, String detail) {
    String good = "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\"}";
    DecodedFrame<Event> frame =
        decode(OBJECT, "[" + good + " ,\n " + json + " , " + good + "]", FrameFormat.CLOUDEVENTS);
    assertThat(frame.events()).hasSize(2);
    assertThat(frame.rejected())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.index()).isEqualTo(1);
              assertThat(one.code()).isEqualTo(code);
              assertThat(one.detail()).startsWith(detail);
              assertThat(new String(one.original(), UTF_8)).isEqualTo(json);
            });
  }

  @Test
  void attributeThatIsTextIsReadAsWhatItsFieldIs() {
    assertThat(
            told(
                NUMBER,
                "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\","
                    + "\"comexampleothervalue\":\"5\",\"data\":2}"))
        .isEqualTo("1 /s null null 5 2.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{}]", "7", "{", "{} {}", "\uFEFF{}", "{\"id\":tru}"})
  void whatIsNoEventIsRefusedAsAWhole(String frame) {
    ProblemCode expected =
        frame.equals("7") ? ProblemCode.EVENT_NOT_OBJECT : ProblemCode.FRAME_MALFORMED;
    DecodedFrame<Event> decoded = decode(OBJECT, frame, FrameFormat.CLOUDEVENT);
    assertThat(
            decoded.problem() == null
                ? decoded.rejected().get(0).code()
                : Frames.problem(decoded).code())
        .isEqualTo(expected);
  }

  @Test
  void bombsAreBounded() {
    String event = "{\"specversion\":\"1.0\",\"type\":\"t\",\"source\":\"/s\",\"id\":\"1\",%s}";
    String deep = event.formatted("\"data\":{\"x\":" + "[".repeat(400) + "]".repeat(400) + "}");
    assertThat(decode(OBJECT, deep, FrameFormat.CLOUDEVENT).rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.EVENT_TOO_DEEP);
    String members =
        event.formatted(
            IntStream.range(0, 100_000)
                .mapToObj(i -> "\"m" + i + "\":1")
                .collect(Collectors.joining(",")));
    FrameBounds wide = new FrameBounds(8 << 20, 10_000, 64 << 10, 32);
    assertThat(Frames.decode(parse(OBJECT), members, FrameFormat.CLOUDEVENT, wide).rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.EVENT_TOO_LARGE);
    String huge = event.formatted("\"comexampleothervalue\":" + "9".repeat(60_000));
    assertThat(Frames.problem(decode(OBJECT, huge, FrameFormat.CLOUDEVENT)).code())
        .isEqualTo(ProblemCode.FRAME_MALFORMED);
    String bottomless = event.formatted("\"data\":" + "[".repeat(100_000));
    assertThat(Frames.problem(decode(OBJECT, bottomless, FrameFormat.CLOUDEVENT)).code())
        .isEqualTo(ProblemCode.EVENT_TOO_DEEP);
  }

  @Test
  void definitionIsKeptAndItsFieldsAreApart() {
    for (String definition : List.of(TEXT, NUMBER, OBJECT)) {
      StreamDefinition stream = parse(definition);
      assertThat(parse(StreamJson.toJson(stream).toString())).isEqualTo(stream);
    }
    assertThatThrownBy(() -> parse(OBJECT.replace("/data_base64", "/data")))
        .hasMessageContaining("would be inside of the field bytes at /data");
  }

  private static StreamDefinition parse(String definition) {
    return StreamJson.parse("readings", definition.getBytes(UTF_8));
  }

  private static DecodedFrame<Event> decode(String definition, String json, FrameFormat format) {
    return Frames.decode(parse(definition), json, format);
  }

  private static String told(String definition, String json) {
    DecodedFrame<Event> frame = decode(definition, json, FrameFormat.CLOUDEVENT);
    assertThat(frame.problem()).isNull();
    assertThat(frame.rejected()).isEmpty();
    assertThat(frame.events()).hasSize(1);
    return told(definition, frame.events().get(0));
  }

  private static String told(String definition, Event event) {
    List<@Nullable Object> values = new ArrayList<>(event.fields(parse(definition)).values());
    values.remove(0); // _ingested
    return String.join(" ", values.stream().map(String::valueOf).toList());
  }
}
