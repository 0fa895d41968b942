package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final long NOW = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();
  private static final String GOOD =
      "{\"device\":\"a\",\"seq\":1,\"ts\":\"2026-11-20T12:00:00.123Z\",\"temperature\":21.5}";

  record Event(long time, byte @Nullable [] key, byte[] value) {
    Map<String, @Nullable Object> fields(StreamDefinition stream) {
      return AvroOracle.read(stream, value);
    }
  }

  @Test
  void eventsBecomeValuesKeysAndTimes() {
    DecodedFrame<Event> frame = decode("[" + GOOD + "]");
    assertThat(frame.problem()).isNull();
    assertThat(frame.rejected()).isEmpty();
    Event event = frame.events().get(0);
    assertThat(event.time()).isEqualTo(NOW + 123);
    assertThat(event.key()).isEqualTo("a".getBytes(UTF_8));
    assertThat(event.fields(Streams.readings()))
        .containsEntry("_ingested", NOW)
        .containsEntry("device", "a")
        .containsEntry("seq", 1L)
        .containsEntry("ts", NOW + 123)
        .containsEntry("temperature", 21.5)
        .containsEntry("on", null)
        .containsEntry("note", null);
  }

  @Test
  void anyOrderOfFieldsAndAnyBlanksAreTheSameEvent() {
    DecodedFrame<Event> frame =
        decode(
            "["
                + GOOD
                + ",\n\t { \"temperature\" : 21.5 , \"ts\":1795176000123,\r\n"
                + "\"seq\":1, \"device\" :\"\\u0061\" , \"on\":null } , "
                + GOOD
                + "] ");
    assertThat(frame.events()).hasSize(3);
    assertThat(frame.events().get(1).value()).isEqualTo(frame.events().get(0).value());
    assertThat(frame.events().get(2).value()).isEqualTo(frame.events().get(0).value());
  }

  @Test
  void wrongTypeNamesTheFieldAndWhatWasThere() {
    Rejection rejection = onlyRejection(event("\"temperature\":\"hot\""));
    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_TYPE);
    assertThat(rejection.field()).isEqualTo("temperature");
    assertThat(rejection.detail())
        .isEqualTo("temperature must be a DOUBLE or null: was the string \"hot\"");
    assertThat(new String(rejection.original(), UTF_8)).isEqualTo(event("\"temperature\":\"hot\""));
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
    Rejection rejection = onlyRejection(event(member));
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
    Rejection rejection = onlyRejection(GOOD.replace("\"seq\":1", "\"seq\":" + value));
    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_TYPE);
    assertThat(rejection.detail()).startsWith("seq must be a LONG: was ");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1_000_000_000_000_000_000L})
  void longTakesEveryIntegerOf64Bits(long value) {
    Event event = onlyEvent(GOOD.replace("\"seq\":1", "\"seq\":" + value));
    assertThat(event.fields(Streams.readings())).containsEntry("seq", value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"yesterday\"", "\"2026-11-20T12:00:00\"", "\"\"", "1.5", "true", "{}"})
  void timestampTakesOnlyInstantsAndMilliseconds(String value) {
    Rejection rejection = onlyRejection(GOOD.replace("\"2026-11-20T12:00:00.123Z\"", value));
    assertThat(rejection.code()).isEqualTo(ProblemCode.FIELD_TYPE);
    assertThat(rejection.field()).isEqualTo("ts");
  }

  @Test
  void fieldThatMustBeThereIsMissed() {
    assertThat(onlyRejection("{\"seq\":1,\"ts\":0}").detail())
        .isEqualTo("device must be a STRING: was not there");
    Rejection isNull = onlyRejection("{\"device\":null,\"seq\":1,\"ts\":0}");
    assertThat(isNull.code()).isEqualTo(ProblemCode.FIELD_MISSING);
    assertThat(isNull.detail()).isEqualTo("device must be a STRING: was null");
    assertThat(onlyRejection("{}").code()).isEqualTo(ProblemCode.FIELD_MISSING);
  }

  @Test
  void unknownFieldIsRejectedWithTheNearestNameOrPassedOver() {
    String json = event("\"temprature\":{\"a\":[1,{\"b\":\"\\u00e4\"}]}");
    assertThat(onlyRejection(json).detail())
        .isEqualTo("readings has no field temprature; did you mean temperature?");
    StreamDefinition ignoring =
        Streams.stream(Streams.FIELDS, "device", "ts", UnknownFields.IGNORE);
    assertThat(decode(ignoring, json, FrameFormat.JSON).events()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "null", "\"a\"", "[]", "[{}]", "true", "-1.5e3"})
  void whatIsNoObjectIsNoEvent(String json) {
    DecodedFrame<Event> frame = decode("[" + GOOD + "," + json + "," + GOOD + "]");
    assertThat(frame.events()).hasSize(2);
    assertThat(frame.rejected()).hasSize(1);
    assertThat(frame.rejected().get(0).index()).isEqualTo(1);
    assertThat(frame.rejected().get(0).code()).isEqualTo(ProblemCode.EVENT_NOT_OBJECT);
  }

  @Test
  void eventOverTheBoundIsRejectedAndCutOff() {
    FrameBounds bounds = new FrameBounds(4096, 10, 100, 32);
    String large = event("\"note\":\"" + "x".repeat(200) + "\"");
    DecodedFrame<Event> frame =
        decode(Streams.readings(), "[" + large + "," + GOOD + "]", FrameFormat.JSON, bounds);
    assertThat(frame.events()).hasSize(1);
    assertThat(frame.rejected().get(0).code()).isEqualTo(ProblemCode.EVENT_TOO_LARGE);
    assertThat(frame.rejected().get(0).original()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void eventNestedTooDeeplyIsRejectedAloneHoweverDeep(String opening) {
    String closing = opening.equals("[") ? "]" : "}";
    for (int depth : new int[] {32, 5_000}) {
      String deep = event("\"x\":" + opening.repeat(depth) + "1" + closing.repeat(depth));
      DecodedFrame<Event> frame = decode("[" + deep + "," + GOOD + "]");
      assertThat(frame.events()).hasSize(1);
      assertThat(frame.rejected().get(0).code()).isEqualTo(ProblemCode.EVENT_TOO_DEEP);
    }
  }

  @Test
  void liveEventTooFarAheadOfTheClockIsRejected() {
    assertThat(onlyEvent(event(NOW + 60_000)).time()).isEqualTo(NOW + 60_000);
    Rejection rejection = onlyRejection(event(NOW + 60_001));
    assertThat(rejection.code()).isEqualTo(ProblemCode.EVENT_FROM_FUTURE);
    assertThat(rejection.field()).isEqualTo("ts");
  }

  @Test
  void historicalEventIsBoundByItsStreamsTimesOnly() {
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    Instant to = Instant.parse("2030-01-01T00:00:00Z");
    StreamDefinition stream = Streams.historical(from, to);
    for (Instant good : List.of(from, to)) {
      assertThat(decode(stream, event(good.toEpochMilli()), FrameFormat.JSON).events()).hasSize(1);
    }
    for (Instant bad : List.of(from.minusMillis(1), to.plusMillis(1))) {
      assertThat(
              decode(stream, event(bad.toEpochMilli()), FrameFormat.JSON).rejected().get(0).code())
          .isEqualTo(ProblemCode.EVENT_TIME_RANGE);
    }
  }

  @Test
  void eventTimeBefore1970IsOutOfRangeBecauseTheLogHasNoSuchTimestamp() {
    assertThat(onlyRejection(event(-1)).code()).isEqualTo(ProblemCode.EVENT_TIME_RANGE);
    assertThat(onlyEvent(event(0)).time()).isZero();
  }

  @Test
  void streamWithoutTimeAndKeyTakesTheTimeOfIngest() {
    List<Field> fields = List.of(new Field("n", FieldType.LONG, true));
    StreamDefinition stream = Streams.stream(fields, null, null, UnknownFields.REJECT);
    Event event = decode(stream, "{}", FrameFormat.JSON).events().get(0);
    assertThat(event.time()).isEqualTo(NOW);
    assertThat(event.key()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"seq,1", "on,true", "temperature,21.5", "ts,2026-11-20T12:00:00.123Z", "device,a"})
  void keyIsTheFieldsText(String key, String text) {
    List<Field> fields =
        Streams.FIELDS.stream().map(f -> new Field(f.name(), f.type(), false)).toList();
    StreamDefinition stream = Streams.stream(fields, key, "ts", UnknownFields.REJECT);
    Event event =
        decode(stream, event("\"on\":true,\"note\":\"\""), FrameFormat.JSON).events().get(0);
    assertThat(new String(Objects.requireNonNull(event.key()), UTF_8)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{a:1}",
        "{\"a\":1,}",
        "{'a':1}",
        "[1]]",
        "[1] 2",
        "{} {}",
        "nul",
        "tru",
        "falsey",
        "NaN",
        "[Infinity]",
        "[-]",
        "[01]",
        "[1.]",
        "[.5]",
        "[1e]",
        "[1e+]",
        "[+1]",
        "[\"",
        "[\"\\x\"]",
        "[\"\\u12g4\"]",
        "[\"\n\"]",
        "[\"\t\"]",
        "}",
        "]",
        "\u0000",
        "[1\u00a0]",
        "// x",
        "[1,/**/2]",
        "[\"\\u00"
      })
  void whatIsNotJsonIsRefusedAsAWhole(String json) {
    DecodedFrame<Event> frame = decode(json);
    assertThat(problem(frame).code()).isEqualTo(ProblemCode.FRAME_NOT_JSON);
    assertThat(frame.events()).isEmpty();
    assertThat(frame.rejected()).isEmpty();
  }

  @Test
  void goodEventsBeforeASyntaxErrorAreNotLetIn() {
    DecodedFrame<Event> frame = decode("[" + GOOD + "," + GOOD + ",{]");
    assertThat(frame.events()).isEmpty();
    assertThat(problem(frame).detail())
        .isEqualTo(
            "a frame must be an array of events, one event, or one event a line: byte "
                + (2 * GOOD.length() + 4)
                + ": expected a name in quotes but there is ]");
  }

  @Test
  void bytesThatAreNotUtf8AreNotJson() {
    for (String hex : List.of("80", "C080", "E0808A", "EDA080", "F4908080", "F8", "C3", "E282")) {
      byte[] bad = new java.math.BigInteger("00" + hex, 16).toByteArray();
      String text = new String(bad, java.nio.charset.StandardCharsets.ISO_8859_1);
      byte[] json =
          event("\"note\":\"" + text.replace("\0", "") + "\"")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      DecodedFrame<Event> frame =
          decode(Streams.readings(), json, FrameFormat.JSON, FrameBounds.DEFAULT);
      assertThat(frame.problem()).as(hex).isNotNull();
    }
  }

  @Test
  void textOfEveryPlaneAndEveryEscapeArrives() {
    String text = "ä€😀\u0000\"\\/\b\f\n\r\t\u007f\u2028";
    Event event =
        onlyEvent(
            event(
                "\"note\":\"ä€😀\\u0000\\\"\\\\\\/\\b\\f\\n\\r\\t\u007f\\u2028"
                    + "\\u00e4\\u20AC\\ud83d\\uDE00\""));
    assertThat(event.fields(Streams.readings())).containsEntry("note", text + "ä€😀");
  }

  @Test
  void emptyFrameIsRefusedAndAnEmptyArrayIsNot() {
    for (FrameFormat format : FrameFormat.values()) {
      assertThat(problem(decode(Streams.readings(), " \n", format)).code())
          .isEqualTo(ProblemCode.FRAME_EMPTY);
    }
    assertThat(decode("[ ]").problem()).isNull();
    assertThat(decode("[ ]").events()).isEmpty();
  }

  @Test
  void frameOverABoundIsRefused() {
    FrameBounds bounds = new FrameBounds(1024, 3, 1000, 32);
    String three = String.join(",", GOOD, GOOD, GOOD);
    assertThat(decode(Streams.readings(), "[" + three + "]", FrameFormat.JSON, bounds).events())
        .hasSize(3);
    for (String tooMuch :
        List.of(
            "[" + three + "," + GOOD + "]",
            String.join("\n", GOOD, GOOD, GOOD, GOOD),
            "[" + " ".repeat(1023) + "]")) {
      DecodedFrame<Event> frame = decode(Streams.readings(), tooMuch, FrameFormat.EITHER, bounds);
      assertThat(problem(frame).code()).isEqualTo(ProblemCode.FRAME_TOO_LARGE);
      assertThat(frame.events()).isEmpty();
    }
  }

  @Test
  void lineThatIsNotJsonIsRejectedAlone() {
    String lines =
        GOOD + "\n\n{\"device\":\n" + GOOD + "\r\n[" + GOOD + "]\n" + GOOD + GOOD + "\n7";
    for (FrameFormat format : List.of(FrameFormat.NDJSON, FrameFormat.EITHER)) {
      DecodedFrame<Event> frame = decode(Streams.readings(), lines, format);
      assertThat(frame.problem()).isNull();
      assertThat(frame.events()).hasSize(2);
      assertThat(frame.rejected())
          .extracting(Rejection::index, Rejection::code)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(2, ProblemCode.EVENT_NOT_JSON),
              org.assertj.core.groups.Tuple.tuple(4, ProblemCode.EVENT_NOT_OBJECT),
              org.assertj.core.groups.Tuple.tuple(5, ProblemCode.EVENT_NOT_JSON),
              org.assertj.core.groups.Tuple.tuple(6, ProblemCode.EVENT_NOT_OBJECT));
    }
  }

  @Test
  void frameOfEitherFormMayBeOneEventOverSeveralLines() {
    DecodedFrame<Event> frame =
        decode(
            Streams.readings(),
            "\n" + GOOD.replace(",", ",\n") + "\n\n" + GOOD + "\n{",
            FrameFormat.EITHER);
    assertThat(frame.events()).hasSize(2);
    assertThat(frame.rejected()).extracting(Rejection::index).containsExactly(7);
  }

  private static String event(String member) {
    return GOOD.replace(
        "\"temperature\":21.5",
        member.startsWith("\"temperature\"") ? member : "\"temperature\":21.5," + member);
  }

  private static Problem problem(DecodedFrame<Event> frame) {
    return Objects.requireNonNull(frame.problem());
  }

  private static String event(long time) {
    return GOOD.replace("\"2026-11-20T12:00:00.123Z\"", Long.toString(time));
  }

  private static Event onlyEvent(String json) {
    DecodedFrame<Event> frame = decode(json);
    assertThat(frame.rejected()).isEmpty();
    assertThat(frame.problem()).isNull();
    assertThat(frame.events()).hasSize(1);
    return frame.events().get(0);
  }

  private static Rejection onlyRejection(String json) {
    DecodedFrame<Event> frame = decode(json);
    assertThat(frame.problem()).isNull();
    assertThat(frame.events()).isEmpty();
    assertThat(frame.rejected()).hasSize(1);
    return frame.rejected().get(0);
  }

  private static DecodedFrame<Event> decode(String json) {
    return decode(Streams.readings(), json, FrameFormat.JSON);
  }

  private static DecodedFrame<Event> decode(
      StreamDefinition stream, String json, FrameFormat format) {
    return decode(stream, json, format, FrameBounds.DEFAULT);
  }

  private static DecodedFrame<Event> decode(
      StreamDefinition stream, String json, FrameFormat format, FrameBounds bounds) {
    return decode(stream, json.getBytes(UTF_8), format, bounds);
  }

  private static DecodedFrame<Event> decode(
      StreamDefinition stream, byte[] json, FrameFormat format, FrameBounds bounds) {
    return new FrameDecoder(stream, AvroOracle.SCHEMA_ID, bounds)
        .decode(json, format, NOW, Event::new);
  }
}
