package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV, row by row the same events as in JSON. */
class CsvFramesTest {
  private static final String HEADER = "device,seq,ts,temperature,on,note";

  @Test
  void rowsAreTheEventsThatTheyWouldBeInJson() {
    DecodedFrame<Event> frame =
        decode(
            HEADER
                + "\r\na,1,2026-11-20T12:00:00.123Z,21.5,,\r\n"
                + "b,-2, 1795176000123 ,-1e3, TRUE ,\"\"\r\n"
                + "\"c\",3,0,,false,\"two\r\nlines, a comma and \"\"quotes\"\"\"\r\n");
    assertThat(frame.problem()).isNull();
    assertThat(frame.rejected()).isEmpty();
    assertThat(frame.events())
        .extracting(event -> event.fields(Streams.readings()))
        .extracting(CsvFramesTest::withoutIngested)
        .containsExactly(
            fields("a", 1L, Frames.NOW + 123, 21.5, null, null),
            fields("b", -2L, Frames.NOW + 123, -1000.0, true, ""),
            fields("c", 3L, 0L, null, false, "two\r\nlines, a comma and \"quotes\""));
  }

  private static Map<String, @Nullable Object> withoutIngested(Map<String, @Nullable Object> all) {
    all.remove("_ingested");
    return all;
  }

  private static Map<String, @Nullable Object> fields(@Nullable Object... values) {
    Map<String, @Nullable Object> fields = new java.util.LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      fields.put(Streams.FIELDS.get(i).name(), values[i]);
    }
    return fields;
  }

  @Test
  void columnsMayStandInAnyOrderAndSomeMayBeMissing() {
    for (String csv :
        List.of(
            "\uFEFFseq,ts,device\n1,0,é漢🚌",
            "\"ts\", seq ,\"device\"\r\n0,1,\"é漢🚌\"\r\n\r\n",
            "\n\nts,seq,device,on\r0,1,é漢🚌,\r")) {
      DecodedFrame<Event> frame = decode(csv);
      assertThat(frame.rejected()).isEmpty();
      assertThat(frame.events())
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.fields(Streams.readings())).containsEntry("device", "é漢🚌"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,x,0,,, | FIELD_TYPE | seq must be a LONG: was the string \"x\"",
        "a,1.0,0,,, | FIELD_TYPE | seq must be a LONG: was the string \"1.0\"",
        "a,+1,0,,, | FIELD_TYPE | seq must be a LONG: was the string \"+1\"",
        "a,1 2,0,,, | FIELD_TYPE | seq must be a LONG: was the string \"1 2\"",
        "a,9223372036854775808,0,,, | FIELD_TYPE | seq must be a LONG: was the string \"9223372036854775808\"",
        "a,1,0,1e999,, | FIELD_TYPE | temperature must be a DOUBLE or null: was the string \"1e999\"",
        "a,1,0,NaN,, | FIELD_TYPE | temperature must be a DOUBLE or null: was the string \"NaN\"",
        "a,1,0,,1, | FIELD_TYPE | on must be a BOOLEAN or null: was the string \"1\"",
        "a,1,,,, | FIELD_MISSING | ts must be a TIMESTAMP: was not there",
        ",1,0,,, | FIELD_MISSING | device must be a STRING: was not there",
        "a,1,0,, | EVENT_COLUMNS | a row must have as many cells as the first row has names, 6: has 5",
        "a,1,0,,,, | EVENT_COLUMNS | a row must have as many cells as the first row has names, 6: has 7",
        "a | EVENT_COLUMNS | a row must have as many cells as the first row has names, 6: has 1",
      })
  void rowThatDoesNotFitIsRejectedAlone(String bad, ProblemCode code, String detail) {
    String good = "a,1,2026-11-20T12:00:00Z,,,\"a\nb\"";
    DecodedFrame<Event> frame = decode(String.join("\r\n", HEADER, good, bad, "", good));
    assertThat(frame.events()).hasSize(2);
    assertThat(frame.rejected())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.index()).isEqualTo(1);
              assertThat(one.code()).isEqualTo(code);
              assertThat(one.detail()).isEqualTo(detail);
              assertThat(new String(one.original(), UTF_8)).isEqualTo(HEADER + "\r\n" + bad);
            });
  }

  @Test
  void whatWasRejectedIsAFrameOfItsOwnHoweverLongTheFrameWas() {
    String rows =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "d\uD83D\uDE8C" + i + "," + (i % 3 == 0 ? "x" : i) + ",\"" + i + "\n\"")
            .collect(Collectors.joining("\r\n"));
    DecodedFrame<Event> frame = decode("device,seq,note\r\n" + rows);
    assertThat(frame.events()).isEmpty();
    assertThat(frame.rejected()).hasSize(5_000);
    for (Rejection one : frame.rejected()) {
      int i = one.index();
      assertThat(new String(one.original(), UTF_8))
          .isEqualTo(
              "device,seq,note\r\nd\uD83D\uDE8C"
                  + i
                  + ","
                  + (i % 3 == 0 ? "x" : i)
                  + ",\""
                  + i
                  + "\n\"");
      assertThat(decode(one.original()).rejected())
          .extracting(Rejection::detail)
          .containsExactly(one.detail());
    }
  }

  @Test
  void columnThatIsNoFieldIsTreatedAsAnUnknownField() {
    String csv = "device,seq,ts,temprature\na,1,0,3\nb,2,0,4\n";
    assertThat(decode(csv).rejected())
        .extracting(Rejection::detail)
        .containsOnly("readings has no field temprature; did you mean temperature?")
        .hasSize(2);
    StreamDefinition ignoring =
        Streams.stream(Streams.FIELDS, "device", "ts", UnknownFields.IGNORE);
    assertThat(Frames.decode(ignoring, csv, FrameFormat.CSV).events()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "device,seq\n\"a,1\n", // never closed
        "device,seq\n\"a\"b,1\n", // something behind the quotes
        "device,,seq\na,1,1\n",
        "device,device\na,a\n",
      })
  void whatIsNoCsvIsRefusedAsAWhole(String csv) {
    assertThat(Frames.problem(decode(csv)).code()).isEqualTo(ProblemCode.FRAME_MALFORMED);
  }

  @Test
  void whatIsNotUtf8IsRefusedAsAWhole() {
    byte[] latin = "device,seq,ts\n\u00e4,1,0\n".getBytes(ISO_8859_1);
    assertThat(Frames.problem(decode(latin)).code()).isEqualTo(ProblemCode.FRAME_MALFORMED);
  }

  @Test
  void namesAloneHoldNoEvent() {
    assertThat(decode(HEADER).problem()).isNull();
    assertThat(decode(HEADER + "\r\n").events()).isEmpty();
  }

  @Test
  void bombsAreBounded() {
    String many = "x,".repeat(100_000) + "x";
    assertThat(Frames.problem(decode("device,seq,ts\n" + "a,1,0\n".repeat(10_001))).code())
        .isEqualTo(ProblemCode.FRAME_TOO_LARGE);
    assertThat(
            Frames.problem(
                    decode(
                        IntStream.range(0, 100_000)
                            .mapToObj(i -> "c" + i)
                            .collect(Collectors.joining(","))))
                .code())
        .isEqualTo(ProblemCode.FRAME_TOO_LARGE);
    for (String large :
        List.of(many, "\"" + "x".repeat(70_000) + "\",1,0", "a," + "9".repeat(70_000) + ",0")) {
      DecodedFrame<Event> frame = decode("device,seq,ts\na,1,0\n" + large + "\nb,1,0\n");
      assertThat(frame.events()).hasSize(2);
      assertThat(frame.rejected())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.code()).isEqualTo(ProblemCode.EVENT_TOO_LARGE);
                assertThat(one.original()).hasSizeLessThan(66_000);
              });
    }
    String names = "device,seq,ts," + "x".repeat(60_000) + "\n";
    assertThat(decode(names + "a\n".repeat(60)).rejected()).hasSize(60);
    assertThat(Frames.problem(decode(names + "a\n".repeat(80))).code())
        .isEqualTo(ProblemCode.FRAME_TOO_LARGE);
    assertThat(decode("device,seq,ts\na," + "9".repeat(60_000) + ",0\n").rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.FIELD_TYPE);
  }

  private static DecodedFrame<Event> decode(String csv) {
    return decode(csv.getBytes(UTF_8));
  }

  private static DecodedFrame<Event> decode(byte[] csv) {
    return Frames.decode(Streams.readings(), csv, FrameFormat.CSV, FrameBounds.DEFAULT);
  }
}
