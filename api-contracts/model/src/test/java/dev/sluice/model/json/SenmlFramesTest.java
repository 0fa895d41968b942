package dev.sluice.model.json;

import static dev.sluice.model.json.SenmlPacks.ELECTRICITY;
import static dev.sluice.model.json.SenmlPacks.THINGS;
import static dev.sluice.model.json.SenmlPacks.WEATHER;
import static dev.sluice.model.json.SenmlPacks.decode;
import static dev.sluice.model.json.SenmlPacks.parse;
import static dev.sluice.model.json.SenmlPacks.stream;
import static dev.sluice.model.json.SenmlPacks.told;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packs of SenML (RFC 8428): what is taken, and what is refused. */
class SenmlFramesTest {
  @Test
  void baseValuesAndSumsAreAdded() {
    String energy =
        stream(
            "power DOUBLE, energy DOUBLE",
            "{\"name\": \"p\", \"unit\": \"W\", \"field\": \"power\"},"
                + "{\"name\": \"p\", \"unit\": \"W\", \"field\": \"energy\", \"sum\": true}");
    assertThat(
            told(
                energy,
                """
                [{"bn":"m1:","bu":"W","bv":100,"bs":1000,"n":"p","v":1.5,"s":20},
                 {"n":"p","t":1,"s":30}, {"n":"p","t":2}, {"n":"p","t":3,"v":-100,"ut":60,"x":[{}]}]
                """))
        .containsExactly(
            "m1 now power=101.5 energy=1020.0",
            "m1 now+1000 energy=1030.0",
            "m1 now+2000 power=100.0",
            "m1 now+3000 power=0.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"n\":\"d:rpm\",\"u\":\"1/min\",\"v\":1} | EVENT_UNMAPPED | readings has no field for the value of a record d:rpm in 1/min: add it to \"senml\", or declare \"unknown\": \"ignore\"",
        "{\"n\":\"d:temp\",\"u\":\"K\",\"v\":1} | EVENT_UNMAPPED | readings has no field for the value of a record d:temp in K: add it to \"senml\", or declare \"unknown\": \"ignore\"",
        "{\"n\":\"d:roomtemp\",\"u\":\"Cel\",\"v\":1} | EVENT_UNMAPPED | readings has no field for the value of a record d:roomtemp in Cel: add it to \"senml\", or declare \"unknown\": \"ignore\"",
        "{\"n\":\"d:label\",\"vs\":\"x\",\"s\":1} | EVENT_UNMAPPED | readings has no field for the sum of a record d:label without a unit: add it to \"senml\", or declare \"unknown\": \"ignore\"",
        "{\"n\":\"d:temp\",\"u\":\"Cel\"} | EVENT_NOT_SENML | a record must have one of v, vs, vb and vd, or s: has none",
        "{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1,\"vb\":true} | EVENT_NOT_SENML | a record must have one of v, vs, vb and vd: has 2",
        "{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":\"1\"} | EVENT_NOT_SENML | v must be a number: was the string \"1\"",
        "{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1e999} | EVENT_NOT_SENML | v must be a number: was the number 1e999",
        "{\"n\":\"d:temp\",\"u\":7,\"v\":1} | EVENT_NOT_SENML | u must be a string: was the number 7",
        "{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1,\"v\":2} | EVENT_NOT_SENML | v must be there once: is there again",
        "{\"n\":\"d:temp\",\"n\":\"e:temp\",\"u\":\"Cel\",\"v\":1} | EVENT_NOT_SENML | n must be there once: is there again",
        "{\"n\":\"d:heat\",\"u\":\"/\",\"v\":9007199254740993} | FIELD_TYPE | heat must be a LONG or null: was the number 9.007199254740992E15",
        "{\"n\":\"d temp\",\"u\":\"Cel\",\"v\":1} | EVENT_NOT_SENML | a record's name, with bn before it, must be a letter or a digit, then letters, digits and -:./_, at most 512 in all: was d temp",
        "{\"u\":\"Cel\",\"v\":1} | EVENT_NOT_SENML | a record's name, with bn before it, must be a letter or a digit, then letters, digits and -:./_, at most 512 in all: was",
        "{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1,\"t\":1e300} | EVENT_NOT_SENML | a record's time must be in the years 0000 to 9999: was 1.0E300 s",
        "[1] | EVENT_NOT_SENML | a record must be an object: was an array",
        "{\"n\":\"d:label\",\"v\":1} | FIELD_TYPE | label must be a STRING or null: was the number 1.0",
        "{\"n\":\"d:heat\",\"u\":\"/\",\"v\":0.5} | FIELD_TYPE | heat must be a LONG or null: was the number 0.5",
        "{\"n\":\"d:open\",\"vs\":\"x\"} | FIELD_TYPE | open must be a BOOLEAN or null: was the string \"x\"",
        "{\"n\":\"temp\",\"u\":\"Cel\",\"v\":1} | FIELD_MISSING | device must be a STRING: was not there",
        "{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1,\"t\":100000} | EVENT_FROM_FUTURE | the event time must be at most PT24H ahead of the gateway's clock, which is 2026-11-20T12:00:00Z: was 2026-11-21T15:46:40Z; set the device's clock, or declare the stream historical",
      })
  void recordThatDoesNotFitIsRejectedAlone(String record, ProblemCode code, String detail) {
    String good = "{\"n\":\"d:temp\",\"u\":\"Cel\",\"t\":-10,\"v\":20}";
    DecodedFrame<Event> frame = decode(THINGS, "[" + good + " ,\n" + record + "]");
    assertThat(frame.problem()).isNull();
    assertThat(frame.events()).hasSize(1);
    assertThat(frame.rejected())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.index()).isEqualTo(1);
              assertThat(one.code()).isEqualTo(code);
              assertThat(one.detail()).startsWith(detail);
              if (code == ProblemCode.EVENT_NOT_SENML) {
                assertThat(new String(one.original(), UTF_8)).isEqualTo(record);
              } else {
                assertThat(decode(THINGS, one.original(), FrameFormat.SENML_JSON).rejected())
                    .extracting(Rejection::detail)
                    .containsExactly(detail);
              }
            });
  }

  @Test
  void whatIsRejectedIsKeptAsARecordThatMeansTheSameAtAnyTime() {
    DecodedFrame<Event> frame =
        decode(
            THINGS,
            "[{\"bn\":\"d:\",\"bu\":\"K\",\"bv\":1,\"n\":\"x\",\"t\":-1.5,\"v\":2},"
                + "{\"n\":\"heat\",\"u\":\"/\",\"v\":0},{\"n\":\"heat\",\"u\":\"/\",\"v\":0}]");
    assertThat(frame.rejected())
        .extracting(one -> one.code() + " " + new String(one.original(), UTF_8))
        .containsExactly(
            "EVENT_UNMAPPED [{\"n\":\"d:x\",\"u\":\"K\",\"t\":1795175998.500,\"v\":3.0}]",
            "FIELD_DUPLICATE [{\"n\":\"d:heat\",\"u\":\"/\",\"t\":1795176000.000,\"v\":1.0},"
                + "{\"n\":\"d:heat\",\"u\":\"/\",\"t\":1795176000.000,\"v\":1.0}]");
  }

  @Test
  void whatIsUnmappedIsPassedOverWhereTheStreamSaysSo() {
    String lenient = THINGS.replace("\"key\"", "\"unknown\": \"ignore\", \"key\"");
    assertThat(
            told(
                lenient,
                "[{\"bn\":\"d:\",\"n\":\"x\",\"v\":2},{\"n\":\"open\",\"vb\":true,\"s\":3}]"))
        .containsExactly("d now open=true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[",
        "[{]",
        "[{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1}",
        "[] []",
        "[{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1},{\"bn\":7,\"v\":1}]",
        "[{\"bt\":\"now\",\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1}]",
        "[{\"bn\":\"d:\",\"bn\":\"e:\",\"n\":\"temp\",\"u\":\"Cel\",\"v\":1}]",
        "[{\"bver\":11,\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1}]",
        "[{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":1,\"must_\":1}]",
        "\uFEFF[]"
      })
  void packThatCannotBeUnderstoodIsRefusedAsAWhole(String pack) {
    DecodedFrame<Event> frame = decode(THINGS, pack);
    assertThat(Frames.problem(frame).code()).isEqualTo(ProblemCode.FRAME_MALFORMED);
    assertThat(frame.events()).isEmpty();
    assertThat(frame.rejected()).isEmpty();
  }

  @Test
  void streamThatDoesNotSayWhatRecordsAreTakesNone() {
    DecodedFrame<Event> frame = Frames.decode(Streams.readings(), "[]", FrameFormat.SENML_JSON);
    assertThat(Frames.problem(frame).code()).isEqualTo(ProblemCode.MEDIA_TYPE_UNSUPPORTED);
  }

  @Test
  void bombsAreBounded() {
    String deep =
        "{\"n\":\"d:temp\",\"x\":%s1%s,\"u\":\"Cel\",\"v\":1}"
            .formatted("[".repeat(400), "]".repeat(400));
    String members =
        "{\"n\":\"d:temp\","
            + IntStream.range(0, 100_000)
                .mapToObj(i -> "\"m" + i + "\":1")
                .collect(Collectors.joining(","))
            + "}";
    String large = "{\"n\":\"d:label\",\"vs\":\"" + "x".repeat(70_000) + "\"}";
    for (Map.Entry<String, ProblemCode> bomb :
        Map.of(
                deep, ProblemCode.EVENT_TOO_DEEP,
                large, ProblemCode.EVENT_TOO_LARGE)
            .entrySet()) {
      assertThat(decode(THINGS, "[" + bomb.getKey() + "]").rejected())
          .extracting(Rejection::code)
          .containsExactly(bomb.getValue());
    }
    FrameBounds wide = new FrameBounds(8 << 20, 10_000, 64 << 10, 32);
    assertThat(
            Frames.decode(parse(THINGS), "[" + members + "]", FrameFormat.SENML_JSON, wide)
                .rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.EVENT_TOO_LARGE);
    assertThat(Frames.problem(decode(THINGS, "[".repeat(100_000))).code())
        .isEqualTo(ProblemCode.EVENT_TOO_DEEP);
    String huge = "[{\"n\":\"d:temp\",\"u\":\"Cel\",\"v\":" + "9".repeat(60_000) + "}]";
    assertThat(Frames.problem(decode(THINGS, huge)).code()).isEqualTo(ProblemCode.FRAME_MALFORMED);
    assertThat(
            Frames.problem(
                    decode(THINGS, "[" + "{\"bn\":\"d:\"},".repeat(10_000) + "{\"bn\":\"d:\"}]"))
                .code())
        .isEqualTo(ProblemCode.FRAME_TOO_LARGE);
    String longName = "[{\"bn\":\"" + "d".repeat(60_000) + "\",\"n\":\"temp\",\"v\":1}]";
    assertThat(decode(THINGS, longName).rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.EVENT_NOT_SENML);
    // Its unit would be written into each of 10,000 letters.
    String longUnit = "[{\"bn\":\"d\",\"bu\":\"" + "u".repeat(60_000) + "\"}";
    assertThat(Frames.problem(decode(THINGS, longUnit + ",{\"v\":1}".repeat(9_999) + "]")).code())
        .isEqualTo(ProblemCode.FRAME_MALFORMED);
    // A decimal fraction of 60,000 bytes in CBOR, and one that is a number like any other.
    byte[] head = HexFormat.of().parseHex("81a30066643a74656d70016343656c02c48201c259ea60");
    byte[] fraction = Arrays.copyOf(head, head.length + 60_000);
    Arrays.fill(fraction, head.length, fraction.length, (byte) 0x7f);
    assertThat(Frames.problem(decode(THINGS, fraction, FrameFormat.SENML_CBOR)).code())
        .isEqualTo(ProblemCode.FRAME_MALFORMED);
    byte[] cents = HexFormat.of().parseHex("81a30066643a74656d70016343656c02c48221190d7a"); // 34.50
    assertThat(told(THINGS, decode(THINGS, cents, FrameFormat.SENML_CBOR)))
        .containsExactly("d now temp=34.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"device\": \"device\" | \"device\": \"nosuch\" | senml.device names a field that is not in",
        "\"device\": \"device\" | \"device\": \"temp\" | the field of senml.device must be a STRING",
        "\"field\": \"temp\" | \"field\": \"tmp\" | senml.records.field names a field that is not in",
        "\"field\": \"temp\" | \"field\": \"device\" | device is the device, and cannot be a record too",
        "\"field\": \"label\" | \"field\": \"label\", \"sum\": true | the field of a sum must be a DOUBLE or a LONG",
        "\"name\": \"label\", \"field\" | \"name\": \"la bel\", \"field\" | a name of SenML must be letters",
        "\"name\": \"label\", \"field\" | \"name\": \"open\", \"field\" | two of senml.records have the name \"open\" and the unit \"\"",
        "\"name\": \"label\", \"field\" | \"nam\": \"label\", \"field\" | unknown member senml.records[1].nam",
      })
  void mappingThatCannotBeIsRefused(String good, String bad, String detail) {
    assertThatThrownBy(() -> parse(THINGS.replace(good, bad))).hasMessageContaining(detail);
  }

  @Test
  void definitionIsKeptWithItsMapping() {
    for (String definition : List.of(ELECTRICITY, WEATHER, THINGS)) {
      StreamDefinition stream = parse(definition);
      assertThat(parse(StreamJson.toJson(stream).toString())).isEqualTo(stream);
    }
  }
}
