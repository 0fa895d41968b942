package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Malformed;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.dataformat.cbor.CBORFactory;

/** One frame of CBOR (RFC 8949) on its way: an array of events, or one event. */
final class CborDecoding<E> {
  /** A level takes some 100 bytes of heap while it is read, and one byte of a frame. */
  private static final int MAX_NESTING = 1_002;

  private static final CBORFactory CBOR =
      CBORFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
          .build();

  private final byte[] frame;
  private final FrameBounds bounds;
  private final JsonParser parser;
  private final TokenReader reader;
  private final Function<EventRow, E> factory;
  private final List<E> events = new ArrayList<>();
  private final List<Rejection> rejected = new ArrayList<>();

  CborDecoding(
      EventSchema schema,
      FrameBounds bounds,
      byte[] frame,
      long now,
      Function<EventRow, E> factory) {
    this.frame = frame;
    this.bounds = bounds;
    this.parser = CBOR.createParser(ObjectReadContext.empty(), frame);
    this.reader = new TokenReader(schema, bounds, parser, now);
    this.factory = factory;
  }

  DecodedFrame<E> run() {
    Problem problem;
    try (parser) {
      problem = frame.length == 0 ? FrameDecoder.empty() : read();
    } catch (StreamConstraintsException bound) {
      problem = overBound(bound);
    } catch (JacksonException malformed) {
      problem = malformed(Malformed.why(malformed));
    }
    return problem == null
        ? new DecodedFrame<>(events, rejected, null)
        : DecodedFrame.refused(problem);
  }

  private Problem overBound(StreamConstraintsException bound) {
    return parser.streamReadContext().getNestingDepth() >= MAX_NESTING
        ? Problem.of(
            ProblemCode.EVENT_TOO_DEEP,
            "a frame must be nested at most " + MAX_NESTING + " deep: is deeper")
        : malformed(Malformed.why(bound));
  }

  private static Problem malformed(@Nullable String why) {
    return Problem.of(
        ProblemCode.FRAME_MALFORMED,
        "a frame of CBOR must be an array of events, or one event: " + why);
  }

  private @Nullable Problem read() {
    JsonToken first = parser.nextToken();
    if (first != JsonToken.START_ARRAY) {
      keep(first, 0, 0);
    } else {
      int from = reader.at();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        int index = events.size() + rejected.size();
        if (index == bounds.events()) {
          return FrameDecoder.tooMany(bounds);
        }
        keep(token, index, from);
        from = reader.at();
      }
    }
    return parser.nextToken() == null ? null : malformed("more follows behind its end");
  }

  private void keep(@Nullable JsonToken token, int index, int from) {
    if (token == null) {
      throw new StreamReadException(parser, "it ends within the array");
    }
    if (reader.read(token, from)) {
      events.add(factory.apply(reader.row()));
    } else {
      int to = Math.min(reader.at(), from + bounds.eventBytes());
      rejected.add(reader.rejection(index, Arrays.copyOfRange(frame, from, to)));
    }
  }
}
