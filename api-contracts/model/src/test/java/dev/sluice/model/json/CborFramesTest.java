package dev.sluice.model.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** CBOR, written by Jackson or by hand, and judged as the same events in JSON are. */
class CborFramesTest {
  private static final long NOW = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final CBORMapper CBOR = new CBORMapper();
  private static final String GOOD =
      "{\"device\":\"a\",\"seq\":1,\"ts\":\"2026-11-20T12:00:00.123Z\",\"temperature\":21.5}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"device\":\"é ü 漢字 \uD83D\uDE8C\",\"seq\":-9223372036854775808,\"ts\":1795176000123}",
        "{\"device\":\"\",\"seq\":9223372036854775807,\"ts\":0,\"temperature\":1,\"on\":true}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"temperature\":1234567890123456789012,\"on\":false}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"temperature\":null,\"note\":\"x\"}",
        "{\"device\":7,\"seq\":1,\"ts\":1}",
        "{\"device\":\"a\",\"seq\":1.5,\"ts\":1}",
        "{\"device\":\"a\",\"seq\":9223372036854775808,\"ts\":1}",
        "{\"device\":\"a\",\"seq\":true,\"ts\":1}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":\"yesterday\"}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"temperature\":\"hot\"}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"temperature\":{\"c\":[1,2]}}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"on\":[1]}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"on\":0}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"temprature\":0}",
        "{\"device\":\"a\",\"seq\":null,\"ts\":1}",
        "{\"device\":\"a\",\"ts\":1}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":\"2026-11-21T12:00:00Z\"}",
        "{\"device\":\"a\",\"seq\":1,\"ts\":1,\"note\":\"0123456789012345678901234567890123456789x\",\"on\":\"0123456789012345678901234567890123456789x\"}",
        "{}",
        "7",
        "\"text\"",
        "true",
        "[]",
        "[1,[2]]"
      })
  void eventIsJudgedAsInJson(String event) {
    String frame = "[" + GOOD + "," + event + "," + GOOD + "]";
    DecodedFrame<List<Byte>> inJson = decode(frame.getBytes(UTF_8), FrameFormat.JSON);
    DecodedFrame<List<Byte>> inCbor = decode(cbor(frame), FrameFormat.CBOR);

    assertThat(inCbor.problem()).isNull();
    assertThat(inCbor.events()).isEqualTo(inJson.events()).hasSizeBetween(2, 3);
    assertThat(said(inCbor)).isEqualTo(said(inJson));
    inCbor.rejected().forEach(one -> assertThat(one.original()).isEqualTo(cbor(event)));
  }

  @Test
  void oneEventIsAFrameToo() {
    assertThat(decode(cbor(GOOD), FrameFormat.CBOR).events())
        .isEqualTo(decode(GOOD.getBytes(UTF_8), FrameFormat.JSON).events());
    assertThat(decode(cbor("[]"), FrameFormat.CBOR).events()).isEmpty();
  }

  /** RFC 8949, 3.4.1 and 3.4.2: tag 0 is text, tag 1 is seconds, whole or not. */
  @ParameterizedTest
  @CsvSource({
    "c074323031332d30332d32315432303a30343a30305a, 2013-03-21T20:04:00Z",
    "c11a514b67b0, 2013-03-21T20:04:00Z",
    "c1fb41d452d9ec200000, 2013-03-21T20:04:00.500Z",
    "1b0000013d8e8b7980, 2013-03-21T20:02:18.112Z",
  })
  void timesOfTheRfcAreTakenAsTheyAreMeant(String time, String expected) {
    byte[] frame =
        hex(
            "a3"
                + "66"
                + text("device")
                + "6161"
                + "63"
                + text("seq")
                + "01"
                + "62"
                + text("ts")
                + time);
    DecodedFrame<Long> decoded =
        decoder().decode(frame, FrameFormat.CBOR, NOW, (ts, key, value) -> ts);
    assertThat(decoded.rejected()).isEmpty();
    assertThat(decoded.events()).containsExactly(Instant.parse(expected).toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c1fb7ff0000000000000", // infinity
        "c1fb7ff8000000000000", // not a number
        "f97e00", // not a number, in two bytes
        "c1c24a01000000000000000000", // a tagged number of 73 bits
        "c48221196ab3", // a decimal fraction
        "4401020304", // bytes
        "62c328", // no UTF-8
        "63eda080" // half a surrogate pair
      })
  void whatIsNoTimeIsRejectedAlone(String time) {
    byte[] frame =
        hex(
            "a3"
                + "66"
                + text("device")
                + "6161"
                + "63"
                + text("seq")
                + "01"
                + "62"
                + text("ts")
                + time);
    DecodedFrame<List<Byte>> decoded = decode(frame, FrameFormat.CBOR);
    if (decoded.problem() != null) {
      assertThat(decoded.problem().code()).isEqualTo(ProblemCode.FRAME_MALFORMED);
    } else {
      assertThat(decoded.rejected())
          .singleElement()
          .satisfies(one -> assertThat(one.code()).isEqualTo(ProblemCode.FIELD_TYPE));
    }
  }

  @Test
  void fieldThatIsThereTwiceIsNamed() {
    byte[] frame = hex("a2" + "66" + text("device") + "6161" + "66" + text("device") + "6162");
    assertThat(decode(frame, FrameFormat.CBOR).rejected())
        .singleElement()
        .satisfies(one -> assertThat(one.code()).isEqualTo(ProblemCode.FIELD_DUPLICATE));
  }

  @Test
  void whatIsOfUnknownLengthIsTaken() {
    byte[] one = cbor(GOOD);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x9f);
    frame.writeBytes(one);
    frame.writeBytes(one);
    frame.write(0xff);
    assertThat(decode(frame.toByteArray(), FrameFormat.CBOR).events()).hasSize(2);
  }

  @Test
  void eventThatIsTooDeepOrTooLargeIsRejectedAlone() {
    String deep = "{\"device\":" + "[".repeat(40) + "]".repeat(40) + "}";
    String large = "{\"device\":\"" + "x".repeat(70_000) + "\"}";
    DecodedFrame<List<Byte>> decoded =
        decode(cbor("[" + GOOD + "," + deep + "," + large + "]"), FrameFormat.CBOR);
    assertThat(decoded.events()).hasSize(1);
    assertThat(decoded.rejected())
        .extracting(Rejection::code)
        .containsExactly(ProblemCode.EVENT_TOO_DEEP, ProblemCode.EVENT_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x81, 0x9f, 0xa1, 0xbf, 0xc1, 0xd8, 0x5f, 0x7f})
  void bombOfDepthIsRefused(int opening) {
    byte[] bomb = new byte[1 << 20];
    Arrays.fill(bomb, (byte) opening);
    assertThat(problem(bomb)).isIn(ProblemCode.EVENT_TOO_DEEP, ProblemCode.FRAME_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "81", // an array that ends before its only event
        "82a0", // a map, and then the end
        "9f", // no end
        "a1", // no name
        "a16161", // no value
        "7b7fffffffffffffff", // text of 2^63 bytes
        "9b7fffffffffffffff", // as many events
        "bb7fffffffffffffff",
        "5b7fffffffffffffff",
        "c25b7fffffffffffffff",
        "ff", // the end of nothing
        "1c", // reserved
        "8001" // more than one value
      })
  void whatIsNoCborIsRefusedAsAWhole(String frame) {
    assertThat(problem(hex(frame))).isEqualTo(ProblemCode.FRAME_MALFORMED);
  }

  @Test
  void nothingIsNoFrame() {
    assertThat(problem(new byte[0])).isEqualTo(ProblemCode.FRAME_EMPTY);
  }

  @Test
  void tooManyEventsAreRefused() {
    byte[] frame = new byte[20_005];
    Arrays.fill(frame, (byte) 0xa0);
    frame[0] = (byte) 0x9f;
    assertThat(problem(frame)).isEqualTo(ProblemCode.FRAME_TOO_LARGE);
  }

  private static ProblemCode problem(byte[] frame) {
    DecodedFrame<List<Byte>> decoded = decode(frame, FrameFormat.CBOR);
    assertThat(decoded.events()).isEmpty();
    return Objects.requireNonNull(decoded.problem()).code();
  }

  private static List<String> said(DecodedFrame<?> frame) {
    return frame.rejected().stream()
        .map(one -> one.index() + " " + one.code() + " " + one.field() + " " + one.detail())
        .toList();
  }

  private static FrameDecoder decoder() {
    return new FrameDecoder(Streams.readings(), 7, FrameBounds.DEFAULT);
  }

  private static DecodedFrame<List<Byte>> decode(byte[] frame, FrameFormat format) {
    return decoder().decode(frame, format, NOW, (time, key, value) -> boxed(value));
  }

  private static List<Byte> boxed(byte[] value) {
    Byte[] boxed = new Byte[value.length];
    Arrays.setAll(boxed, i -> value[i]);
    return List.of(boxed);
  }

  private static byte[] cbor(String json) {
    JsonNode tree = JSON.readTree(json);
    return CBOR.writeValueAsBytes(tree);
  }

  private static String text(String ascii) {
    return HexFormat.of().formatHex(ascii.getBytes(UTF_8));
  }

  private static byte[] hex(String bytes) {
    return HexFormat.of().parseHex(bytes);
  }
}
