package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packs of SenML (RFC 8428), the RFC's own examples among them. */
class SenmlFramesTest {
  private static final String STREAM =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}, %s],
       "key": "device", "time": "ts", "max-skew": "P1D",
       "senml": {"device": "device", "records": [%s]}}
      """;

  private static final String ELECTRICITY =
      stream(
          "voltage DOUBLE, current DOUBLE",
          "{\"name\": \"voltage\", \"unit\": \"V\", \"field\": \"voltage\"},"
              + "{\"name\": \"current\", \"unit\": \"A\", \"field\": \"current\"}");

  private static final String WEATHER =
      stream(
          "humidity DOUBLE, lon DOUBLE, lat DOUBLE, battery LONG, temperature DOUBLE",
          "{\"unit\": \"%RH\", \"field\": \"humidity\"}, {\"unit\": \"lon\", \"field\": \"lon\"},"
              + "{\"unit\": \"lat\", \"field\": \"lat\"}, {\"unit\": \"%EL\", \"field\": \"battery\"},"
              + "{\"name\": \"humidity\", \"unit\": \"%RH\", \"field\": \"humidity\"},"
              + "{\"name\": \"temperature\", \"unit\": \"Cel\", \"field\": \"temperature\"},"
              + "{\"unit\": \"Cel\", \"field\": \"temperature\"}");

  private static final String THINGS =
      stream(
          "temp DOUBLE, label STRING, open BOOLEAN, tag STRING, heat LONG, fan LONG",
          "{\"name\": \"temp\", \"unit\": \"Cel\", \"field\": \"temp\"},"
              + "{\"name\": \"label\", \"field\": \"label\"}, {\"name\": \"open\", \"field\": \"open\"},"
              + "{\"name\": \"nfc-reader\", \"field\": \"tag\"},"
              + "{\"name\": \"heat\", \"unit\": \"/\", \"field\": \"heat\"},"
              + "{\"name\": \"fan\", \"unit\": \"/\", \"field\": \"fan\"}");

  private static String stream(String fields, String records) {
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

  /** RFC 8428, 5.1.1. */
  @Test
  void singleDatapoint() {
    assertThat(
            told(
                WEATHER,
                """
                [{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]
                """))
        .containsExactly("urn:dev:ow:10e2073a01080063 now temperature=23.1");
  }

  /** RFC 8428, 5.1.2, first example. */
  @Test
  void multipleDatapointsOfOneTimeAreOneEvent() {
    assertThat(
            told(
                ELECTRICITY,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},
                 {"n":"current","u":"A","v":1.2}]
                """))
        .containsExactly("urn:dev:ow:10e2073a01080063 now voltage=120.1 current=1.2");
  }

  /** RFC 8428, 5.1.2, second example. */
  @Test
  void timesAreAddedToTheBaseTime() {
    assertThat(
            told(
                ELECTRICITY,
                """
                [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,
                  "bu":"A","bver":5,
                  "n":"voltage","u":"V","v":120.1},
                 {"n":"current","t":-5,"v":1.2},
                 {"n":"current","t":-4,"v":1.3},
                 {"n":"current","t":-3,"v":1.4},
                 {"n":"current","t":-2,"v":1.5},
                 {"n":"current","t":-1,"v":1.6},
                 {"n":"current","v":1.7}]
                """))
        .containsExactlyElementsOf(CURRENTS);
  }

  private static final List<String> CURRENTS =
      List.of(
          "urn:dev:ow:10e2073a0108006 1276020076001 voltage=120.1 current=1.7",
          "urn:dev:ow:10e2073a0108006 1276020071001 current=1.2",
          "urn:dev:ow:10e2073a0108006 1276020072001 current=1.3",
          "urn:dev:ow:10e2073a0108006 1276020073001 current=1.4",
          "urn:dev:ow:10e2073a0108006 1276020074001 current=1.5",
          "urn:dev:ow:10e2073a0108006 1276020075001 current=1.6");

  /** RFC 8428, 6: the same in CBOR, byte by byte. */
  @Test
  void cborOfTheRfcIsTheSame() {
    String dump =
        "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b001062236141"
            + "20050067766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333"
            + "333333a3006763757272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff66666"
            + "66666666a3006763757272656e74062102f93e00a3006763757272656e74062002fb3ff999999999999aa3"
            + "006763757272656e74060002fb3ffb333333333333";
    assertThat(
            told(
                ELECTRICITY,
                decode(ELECTRICITY, HexFormat.of().parseHex(dump), FrameFormat.SENML_CBOR)))
        .containsExactlyElementsOf(CURRENTS);
  }

  /** RFC 8428, 5.1.3. */
  @Test
  void multipleMeasurementsAreToldApartByTheirUnits() {
    assertThat(
            told(
                WEATHER,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,
                  "bu":"%RH","v":20},
                 {"u":"lon","v":24.30621},
                 {"u":"lat","v":60.07965},
                 {"t":60,"v":20.3},
                 {"u":"lon","t":60,"v":24.30622},
                 {"u":"lat","t":60,"v":60.07965},
                 {"t":120,"v":20.7},
                 {"u":"lon","t":120,"v":24.30623},
                 {"u":"lat","t":120,"v":60.07966},
                 {"u":"%EL","t":150,"v":98},
                 {"t":180,"v":21.2},
                 {"u":"lon","t":180,"v":24.30628},
                 {"u":"lat","t":180,"v":60.07967}]
                """))
        .containsExactly(
            "urn:dev:ow:10e2073a01080063 1320067464000 humidity=20.0 lon=24.30621 lat=60.07965",
            "urn:dev:ow:10e2073a01080063 1320067524000 humidity=20.3 lon=24.30622 lat=60.07965",
            "urn:dev:ow:10e2073a01080063 1320067584000 humidity=20.7 lon=24.30623 lat=60.07966",
            "urn:dev:ow:10e2073a01080063 1320067614000 battery=98",
            "urn:dev:ow:10e2073a01080063 1320067644000 humidity=21.2 lon=24.30628 lat=60.07967");
  }

  /** RFC 8428, 5.1.4: as 5.1.3, resolved. */
  @Test
  void resolvedRecordsAreTheSame() {
    assertThat(
            told(
                WEATHER,
                """
                [{"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067464e+09,"v":20},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067464e+09,"v":24.30621},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"lat","t":1.320067464e+09,"v":60.07965},
                 {"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067524e+09,"v":20.3}]
                """))
        .containsExactly(
            "urn:dev:ow:10e2073a01080063 1320067464000 humidity=20.0 lon=24.30621 lat=60.07965",
            "urn:dev:ow:10e2073a01080063 1320067524000 humidity=20.3");
  }

  /** RFC 8428, 5.1.5. */
  @Test
  void valuesMayBeOfAnyType() {
    String pack =
        """
        [{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
         {"n":"label","vs":"Machine Room"},
         {"n":"open","vb":false},
         {"n":"nfc-reader","vd":"aGkgCg"}]
        """;
    assertThat(told(THINGS, pack))
        .containsExactly(
            "urn:dev:ow:10e2073a01080063 now temp=23.1 label=Machine Room open=false tag=aGkgCg");
  }

  /** RFC 8428, 5.1.6, two devices in one pack. */
  @Test
  void collectionOfResources() {
    assertThat(
            told(
                WEATHER,
                """
                [{"bn":"2001:db8::2/","bt":1.320078429e+09,
                  "n":"temperature","u":"Cel","v":25.2},
                 {"n":"humidity","u":"%RH","v":30},
                 {"bn":"2001:db8::1/","n":"temperature","u":"Cel","v":12.3},
                 {"n":"humidity","u":"%RH","v":67}]
                """))
        .containsExactly(
            "2001:db8::2 1320078429000 humidity=30.0 temperature=25.2",
            "2001:db8::1 1320078429000 humidity=67.0 temperature=12.3");
  }

  /** RFC 8428, 5.1.7: a record may say only what those after it have in common. */
  @Test
  void settingAnActuator() {
    assertThat(
            told(
                THINGS,
                """
                [{"bn":"urn:dev:ow:10e2073a01080063:"},
                 {"n":"temp","u":"Cel","v":23.1},
                 {"n":"heat","u":"/","v":1},
                 {"n":"fan","u":"/","v":0}]
                """))
        .containsExactly("urn:dev:ow:10e2073a01080063 now temp=23.1 heat=1 fan=0");
  }

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

  private static StreamDefinition parse(String definition) {
    return StreamJson.parse("readings", definition.getBytes(UTF_8));
  }

  private static DecodedFrame<Event> decode(String definition, String pack) {
    return decode(definition, pack.getBytes(UTF_8), FrameFormat.SENML_JSON);
  }

  private static DecodedFrame<Event> decode(String definition, byte[] pack, FrameFormat format) {
    return Frames.decode(parse(definition), pack, format, FrameBounds.DEFAULT);
  }

  private static List<String> told(String definition, String pack) {
    return told(definition, decode(definition, pack));
  }

  /** The device, the time and what else each event has. */
  private static List<String> told(String definition, DecodedFrame<Event> frame) {
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
