package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
  @Test
  void eventsBecomeValuesKeysAndTimes() {
    DecodedFrame<Event> frame = Frames.decode("[" + Frames.GOOD + "]");
    assertThat(frame.problem()).isNull();
    assertThat(frame.rejected()).isEmpty();
    Event event = frame.events().get(0);
    assertThat(event.time()).isEqualTo(Frames.NOW + 123);
    assertThat(event.key()).isEqualTo("a".getBytes(UTF_8));
    assertThat(event.fields(Streams.readings()))
        .containsEntry("_ingested", Frames.NOW)
        .containsEntry("device", "a")
        .containsEntry("seq", 1L)
        .containsEntry("ts", Frames.NOW + 123)
        .containsEntry("temperature", 21.5)
        .containsEntry("on", null)
        .containsEntry("note", null);
  }

  @Test
  void anyOrderOfFieldsAndAnyBlanksAreTheSameEvent() {
    DecodedFrame<Event> frame =
        Frames.decode(
            "["
                + Frames.GOOD
                + ",\n\t { \"temperature\" : 21.5 , \"ts\":1795176000123,\r\n"
                + "\"seq\":1, \"device\" :\"\\u0061\" , \"on\":null } , "
                + Frames.GOOD
                + "] ");
    assertThat(frame.events()).hasSize(3);
    assertThat(frame.events().get(1).value()).isEqualTo(frame.events().get(0).value());
    assertThat(frame.events().get(2).value()).isEqualTo(frame.events().get(0).value());
  }

  @Test
  void wrongTypeNamesTheFieldAndWhatWasThere() {
    Rejection rejection = Frames.onlyRejection(Frames.event("\"temperature\":\"hot\""));
    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_TYPE);
    assertThat(rejection.field()).isEqualTo("temperature");
    assertThat(rejection.detail())
        .isEqualTo("temperature must be a DOUBLE or null: was the string \"hot\"");
    assertThat(new String(rejection.original(), UTF_8))
        .isEqualTo(Frames.event("\"temperature\":\"hot\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"temperature\":true | FIELD_TYPE | temperature",
        "\"temperature\":1e999 | FIELD_TYPE | temperature",
        "\"temperature\":-1e999 | FIELD_TYPE | temperature",
        "\"temperature\":[1] | FIELD_TYPE | temperature",
        "\"temperature\":{\"a\":[]} | FIELD_TYPE | temperature",
        "\"note\":1 | FIELD_TYPE | note",
        "\"note\":\"\\ud800\" | FIELD_TYPE | note",
        "\"note\":\"\\udc00\\ud800\" | FIELD_TYPE | note",
        "\"on\":0 | FIELD_TYPE | on",
        "\"on\":\"true\" | FIELD_TYPE | on",
        "\"humidity\":1 | FIELD_UNKNOWN | humidity",
        "\"seq\":2 | FIELD_DUPLICATE | seq",
        "\"note\":null,\"note\":null | FIELD_DUPLICATE | note",
      })
  void memberThatDoesNotFitIsRejected(String member, ProblemCode code, String field) {
    Rejection rejection = Frames.onlyRejection(Frames.event(member));
    assertThat(rejection.code()).isEqualTo(code);
    assertThat(rejection.field()).isEqualTo(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0",
        "1e3",
        "9223372036854775808",
        "-9223372036854775809",
        "\"1\"",
        "true",
        "[]"
      })
  void longTakesOnlyIntegersOf64Bits(String value) {
    Rejection rejection =
        Frames.onlyRejection(Frames.GOOD.replace("\"seq\":1", "\"seq\":" + value));
    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_TYPE);
    assertThat(rejection.detail()).startsWith("seq must be a LONG: was ");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L})
  void longTakesEveryIntegerOf64Bits(long value) {
    Event event = Frames.onlyEvent(Frames.GOOD.replace("\"seq\":1", "\"seq\":" + value));
    assertThat(event.fields(Streams.readings())).containsEntry("seq", value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"yesterday\"", "\"2026-11-20T12:00:00\"", "\"\"", "1.5", "true", "{}"})
  void timestampTakesOnlyInstantsAndMilliseconds(String value) {
    Rejection rejection =
        Frames.onlyRejection(Frames.GOOD.replace("\"2026-11-20T12:00:00.123Z\"", value));
    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_TYPE);
    assertThat(rejection.field()).isEqualTo("ts");
  }

  @Test
  void fieldThatMustBeThereIsMissed() {
    assertThat(Frames.onlyRejection("{\"seq\":1,\"ts\":0}").detail())
        .isEqualTo("device must be a STRING: was not there");
    Rejection isNull = Frames.onlyRejection("{\"device\":null,\"seq\":1,\"ts\":0}");
    assertThat(isNull.code()).isEqualTo(ProblemCode.FIELD_MISSING);
    assertThat(isNull.detail()).isEqualTo("device must be a STRING: was null");
    assertThat(Frames.onlyRejection("{}").code()).isEqualTo(ProblemCode.FIELD_MISSING);
  }

  @Test
  void unknownFieldIsRejectedWithTheNearestNameOrPassedOver() {
    String json = Frames.event("\"temprature\":{\"a\":[1,{\"b\":\"\\u00e4\"}]}");
    assertThat(Frames.onlyRejection(json).detail())
        .isEqualTo("readings has no field temprature; did you mean temperature?");
    StreamDefinition ignoring =
        Streams.stream(Streams.FIELDS, "device", "ts", UnknownFields.IGNORE);
    assertThat(Frames.decode(ignoring, json, FrameFormat.JSON).events()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "null", "\"a\"", "[]", "[{}]", "true", "-1.5e3"})
  void whatIsNoObjectIsNoEvent(String json) {
    DecodedFrame<Event> frame =
        Frames.decode("[" + Frames.GOOD + "," + json + "," + Frames.GOOD + "]");
    assertThat(frame.events()).hasSize(2);
    assertThat(frame.rejected()).hasSize(1);
    assertThat(frame.rejected().get(0).index()).isEqualTo(1);
    assertThat(frame.rejected().get(0).code()).isEqualTo(ProblemCode.EVENT_NOT_OBJECT);
  }

  @Test
  void eventOverTheBoundIsRejectedAndCutOff() {
    FrameBounds bounds = new FrameBounds(4096, 10, 100, 32);
    String large = Frames.event("\"note\":\"" + "x".repeat(200) + "\"");
    DecodedFrame<Event> frame =
        Frames.decode(
            Streams.readings(), "[" + large + "," + Frames.GOOD + "]", FrameFormat.JSON, bounds);
    assertThat(frame.events()).hasSize(1);
    assertThat(frame.rejected().get(0).code()).isEqualTo(ProblemCode.EVENT_TOO_LARGE);
    assertThat(frame.rejected().get(0).original()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void eventNestedTooDeeplyIsRejectedAloneHoweverDeep(String opening) {
    String closing = opening.equals("[") ? "]" : "}";
    for (int depth : new int[] {32, 5_000}) {
      String deep = Frames.event("\"x\":" + opening.repeat(depth) + "1" + closing.repeat(depth));
      DecodedFrame<Event> frame = Frames.decode("[" + deep + "," + Frames.GOOD + "]");
      assertThat(frame.events()).hasSize(1);
      assertThat(frame.rejected().get(0).code()).isEqualTo(ProblemCode.EVENT_TOO_DEEP);
    }
  }

  @Test
  void liveEventTooFarAheadOfTheClockIsRejected() {
    assertThat(Frames.onlyEvent(Frames.event(Frames.NOW + 60_000)).time())
        .isEqualTo(Frames.NOW + 60_000);
    Rejection rejection = Frames.onlyRejection(Frames.event(Frames.NOW + 60_001));
    assertThat(rejection.code()).isEqualTo(ProblemCode.EVENT_FROM_FUTURE);
    assertThat(rejection.field()).isEqualTo("ts");
  }

  @Test
  void historicalEventIsBoundByItsStreamsTimesOnly() {
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    Instant to = Instant.parse("2030-01-01T00:00:00Z");
    StreamDefinition stream = Streams.historical(from, to);
    for (Instant good : List.of(from, to)) {
      assertThat(
              Frames.decode(stream, Frames.event(good.toEpochMilli()), FrameFormat.JSON).events())
          .hasSize(1);
    }
    for (Instant bad : List.of(from.minusMillis(1), to.plusMillis(1))) {
      assertThat(
              Frames.decode(stream, Frames.event(bad.toEpochMilli()), FrameFormat.JSON)
                  .rejected()
                  .get(0)
                  .code())
          .isEqualTo(ProblemCode.EVENT_TIME_RANGE);
    }
  }

  @Test
  void eventTimeBefore1970IsOutOfRangeBecauseTheLogHasNoSuchTimestamp() {
    assertThat(Frames.onlyRejection(Frames.event(-1)).code())
        .isEqualTo(ProblemCode.EVENT_TIME_RANGE);
    assertThat(Frames.onlyEvent(Frames.event(0)).time()).isZero();
  }

  @Test
  void streamWithoutTimeAndKeyTakesTheTimeOfIngest() {
    List<Field> fields = List.of(new Field("n", FieldType.LONG, true));
    StreamDefinition stream = Streams.stream(fields, null, null, UnknownFields.REJECT);
    Event event = Frames.decode(stream, "{}", FrameFormat.JSON).events().get(0);
    assertThat(event.time()).isEqualTo(Frames.NOW);
    assertThat(event.key()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"seq,1", "on,true", "temperature,21.5", "ts,2026-11-20T12:00:00.123Z", "device,a"})
  void keyIsTheFieldsText(String key, String text) {
    List<Field> fields =
        Streams.FIELDS.stream().map(f -> new Field(f.name(), f.type(), false)).toList();
    StreamDefinition stream = Streams.stream(fields, key, "ts", UnknownFields.REJECT);
    Event event =
        Frames.decode(stream, Frames.event("\"on\":true,\"note\":\"\""), FrameFormat.JSON)
            .events()
            .get(0);
    assertThat(new String(Objects.requireNonNull(event.key()), UTF_8)).isEqualTo(text);
  }

  @Test
  void textOfEveryPlaneAndEveryEscapeArrives() {
    String text = "ä€😀\u0000\"\\/\b\f\n\r\t\u007f\u2028";
    Event event =
        Frames.onlyEvent(
            Frames.event(
                "\"note\":\"ä€😀\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\u007f\\u2028"
                    + "\\u00e4\\u20AC\\ud83d\\uDE00\""));
    assertThat(event.fields(Streams.readings())).containsEntry("note", text + "ä€😀");
  }
}
