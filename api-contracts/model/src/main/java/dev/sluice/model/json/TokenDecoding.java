package dev.sluice.model.json;

import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.cbor.CBORFactory;

/** One frame on its way that is read token by token; bounded whatever the tokens are. */
abstract class TokenDecoding<E> {
  /** A level takes some 100 bytes of heap while it is read, and one byte of a frame. */
  private static final int MAX_NESTING = 1_002;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build();

  static final TokenStreamFactory CBOR =
      CBORFactory.builder().streamReadConstraints(CONSTRAINTS).build();

  static final TokenStreamFactory JSON =
      JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();

  final byte[] frame;
  final FrameBounds bounds;
  final JsonParser parser;
  final Tokens tokens;
  final List<E> events = new ArrayList<>();
  final List<Rejection> rejected = new ArrayList<>();
  private final String what;
  private final boolean text;

  /**
   * @param what a frame must be, for a person
   */
  TokenDecoding(FrameBounds bounds, byte[] frame, TokenStreamFactory format, String what) {
    this.frame = frame;
    this.bounds = bounds;
    this.what = what;
    this.text = format == JSON;
    // Jackson takes JSON in UTF-16 and UTF-32 too, and then counts no bytes.
    this.parser =
        format.createParser(ObjectReadContext.empty(), text && !isUtf8() ? new byte[0] : frame);
    this.tokens = new Tokens(parser);
  }

  /** By the bytes with which JSON in another encoding begins (RFC 4627, 3), or its mark. */
  private boolean isUtf8() {
    for (int i = 0; i < Math.min(frame.length, 4); i++) {
      if (frame[i] == 0) {
        return false;
      }
    }
    return frame.length == 0 || (frame[0] & 0xFF) < 0xEF;
  }

  DecodedFrame<E> run() {
    Problem problem;
    try (parser) {
      problem =
          isEmpty() ? FrameDecoder.empty() : text && !isUtf8() ? malformed("is not UTF-8") : read();
    } catch (StreamConstraintsException bound) {
      problem = overBound(bound);
    } catch (JacksonException malformed) {
      problem = malformed(Malformed.why(malformed));
    }
    return problem == null
        ? new DecodedFrame<>(events, rejected, null)
        : DecodedFrame.refused(problem);
  }

  /** Reads the whole frame; returns why it is refused, if it is. */
  abstract @Nullable Problem read();

  /** Blanks are nothing in a text; in CBOR they are numbers. */
  private boolean isEmpty() {
    return frame.length == 0 || (text && start(0) == frame.length);
  }

  private Problem overBound(StreamConstraintsException bound) {
    return parser.streamReadContext().getNestingDepth() >= MAX_NESTING
        ? Problem.of(
            ProblemCode.EVENT_TOO_DEEP,
            "a frame must be nested at most " + MAX_NESTING + " deep: is deeper")
        : malformed(Malformed.why(bound));
  }

  Problem malformed(@Nullable String why) {
    return Problem.of(ProblemCode.FRAME_MALFORMED, what + ": " + why);
  }

  /** What is done with one element of an array. */
  interface Element {
    /**
     * Reads it.
     *
     * @param from where it begins, in bytes
     * @return why the frame is refused, if it is
     */
    @Nullable Problem read(JsonToken token, int index, int from);
  }

  /** Behind the opening of an array: reads it to its end, which must be the frame's. */
  final @Nullable Problem readElements(Element element) {
    int index = 0;
    int behind = tokens.at();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token == null) {
        throw new StreamReadException(parser, "it ends within the array");
      }
      if (index == bounds.events()) {
        return FrameDecoder.tooMany(bounds);
      }
      Problem problem = element.read(token, index++, start(behind));
      if (problem != null) {
        return problem;
      }
      behind = tokens.at();
    }
    return atEnd();
  }

  /** Why the frame is refused that does not end here. */
  final @Nullable Problem atEnd() {
    return parser.nextToken() == null ? null : malformed("more follows behind its end");
  }

  /** Where the value begins that is next in a text; in CBOR nothing is between values. */
  private int start(int from) {
    int at = from;
    while (text && at < frame.length && (frame[at] <= ' ' && frame[at] >= 0 || frame[at] == ',')) {
      at++;
    }
    return at;
  }

  /** What came, from there to where the parser is, as far as an event may go. */
  final byte[] original(int from) {
    return Arrays.copyOfRange(frame, from, Math.min(tokens.at(), from + bounds.eventBytes()));
  }
}
