package dev.sluice.model.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.json.Frames.Event;
import dev.sluice.model.problem.ProblemCode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
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
    DecodedFrame<Event> frame = Frames.decode(json);
    assertThat(Frames.problem(frame).code()).isEqualTo(ProblemCode.FRAME_NOT_JSON);
    assertThat(frame.events()).isEmpty();
    assertThat(frame.rejected()).isEmpty();
  }

  @Test
  void goodEventsBeforeASyntaxErrorAreNotLetIn() {
    DecodedFrame<Event> frame = Frames.decode("[" + Frames.GOOD + "," + Frames.GOOD + ",{]");
    assertThat(frame.events()).isEmpty();
    assertThat(Frames.problem(frame).detail())
        .isEqualTo(
            "a frame must be an array of events, one event, or one event a line: byte "
                + (2 * Frames.GOOD.length() + 4)
                + ": expected a name in quotes but there is ]");
  }

  @Test
  void bytesThatAreNotUtf8AreNotJson() {
    for (String hex : List.of("80", "C080", "E0808A", "EDA080", "F4908080", "F8", "C3", "E282")) {
      byte[] bad = new java.math.BigInteger("00" + hex, 16).toByteArray();
      String text = new String(bad, java.nio.charset.StandardCharsets.ISO_8859_1);
      byte[] json =
          Frames.event("\"note\":\"" + text.replace("\0", "") + "\"")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      DecodedFrame<Event> frame =
          Frames.decode(Streams.readings(), json, FrameFormat.JSON, FrameBounds.DEFAULT);
      assertThat(frame.problem()).as(hex).isNotNull();
    }
  }

  @Test
  void emptyFrameIsRefusedAndAnEmptyArrayIsNot() {
    for (FrameFormat format : FrameFormat.values()) {
      // Blanks are nothing in a text; in CBOR they are numbers.
      String nothing = format.name().endsWith("CBOR") ? "" : " \n";
      assertThat(Frames.problem(Frames.decode(Streams.readings(), nothing, format)).code())
          .isEqualTo(ProblemCode.FRAME_EMPTY);
    }
    assertThat(Frames.decode("[ ]").problem()).isNull();
    assertThat(Frames.decode("[ ]").events()).isEmpty();
  }

  @Test
  void frameOverABoundIsRefused() {
    FrameBounds bounds = new FrameBounds(1024, 3, 1000, 32);
    String three = String.join(",", Frames.GOOD, Frames.GOOD, Frames.GOOD);
    assertThat(
            Frames.decode(Streams.readings(), "[" + three + "]", FrameFormat.JSON, bounds).events())
        .hasSize(3);
    for (String tooMuch :
        List.of(
            "[" + three + "," + Frames.GOOD + "]",
            String.join("\n", Frames.GOOD, Frames.GOOD, Frames.GOOD, Frames.GOOD),
            "[" + " ".repeat(1023) + "]")) {
      DecodedFrame<Event> frame =
          Frames.decode(Streams.readings(), tooMuch, FrameFormat.EITHER, bounds);
      assertThat(Frames.problem(frame).code()).isEqualTo(ProblemCode.FRAME_TOO_LARGE);
      assertThat(frame.events()).isEmpty();
    }
  }

  @Test
  void lineThatIsNotJsonIsRejectedAlone() {
    String lines =
        Frames.GOOD
            + "\n\n{\"device\":\n"
            + Frames.GOOD
            + "\r\n["
            + Frames.GOOD
            + "]\n"
            + Frames.GOOD
            + Frames.GOOD
            + "\n7";
    for (FrameFormat format : List.of(FrameFormat.NDJSON, FrameFormat.EITHER)) {
      DecodedFrame<Event> frame = Frames.decode(Streams.readings(), lines, format);
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
        Frames.decode(
            Streams.readings(),
            "\n" + Frames.GOOD.replace(",", ",\n") + "\n\n" + Frames.GOOD + "\n{",
            FrameFormat.EITHER);
    assertThat(frame.events()).hasSize(2);
    assertThat(frame.rejected()).extracting(Rejection::index).containsExactly(7);
  }
}
