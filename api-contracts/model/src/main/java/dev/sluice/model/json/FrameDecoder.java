package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a stream's frames. Immutable; usable on any thread.
 *
 * <p>CBOR takes the same, and a TIMESTAMP also as seconds of the epoch with tag 1 (RFC 8949,
 * 3.4.2); a byte string, a decimal fraction or a number that is not finite fits no field. A cell of
 * CSV is what it would be in JSON, by the type of its field; one that is empty and has no quotes is
 * not there. SenML is as {@link SenmlDecoding} says.
 *
 * <p>What it takes: STRING from a JSON string; LONG from an integer of 64 bits, written without
 * point or exponent; DOUBLE from any number that a double can hold (rounded to the nearest);
 * BOOLEAN from true and false; TIMESTAMP from an ISO-8601 instant or an integer of ms. Null, or
 * nothing, for a nullable field. A string that holds half a surrogate pair is no text and is
 * rejected with FIELD_TYPE; bytes that are not UTF-8 are not JSON.
 */
public final class FrameDecoder {
  private final EventSchema schema;
  private final FrameBounds bounds;

  /**
   * @param schemaId id of the stream's Avro schema, as in the Confluent wire header
   */
  public FrameDecoder(StreamDefinition stream, int schemaId, FrameBounds bounds) {
    this.schema = new EventSchema(stream, schemaId);
    this.bounds = bounds;
  }

  private FrameDecoder(EventSchema schema, FrameBounds bounds) {
    this.schema = schema;
    this.bounds = bounds;
  }

  /**
   * The same for a sender that may speak for one key only: events of any other are rejected with
   * KEY_NOT_YOURS. Of a stream without a key nothing is.
   *
   * @param key its text; null: any
   */
  public FrameDecoder ownedBy(@Nullable String key) {
    return key == null ? this : new FrameDecoder(schema.ownedBy(key), bounds);
  }

  /**
   * All events of a frame, each let in or rejected; or the problem of the frame as a whole
   * (FRAME_EMPTY, FRAME_NOT_JSON, FRAME_MALFORMED, FRAME_TOO_LARGE, EVENT_TOO_DEEP).
   *
   * @param frame is read while this runs, and not kept
   * @param now the gateway's clock, ms of the epoch
   */
  public <E> DecodedFrame<E> decode(
      byte[] frame, FrameFormat format, long now, EventFactory<E> factory) {
    return decodeRows(
        frame,
        format,
        now,
        row ->
            factory.event(
                schema.timeOf(row, now), schema.keyOf(row), schema.writer.write(row, now)));
  }

  /**
   * The same, with the values themselves.
   *
   * @param factory gets each event's values, in a row that is used again for the next
   */
  public <E> DecodedFrame<E> decodeRows(
      byte[] frame, FrameFormat format, long now, Function<EventRow, E> factory) {
    if (frame.length > bounds.frameBytes()) {
      return DecodedFrame.refused(
          Problem.of(
              ProblemCode.FRAME_TOO_LARGE,
              "a frame must be at most "
                  + bounds.frameBytes()
                  + " bytes: was "
                  + frame.length
                  + "; send it in parts"));
    }
    return switch (format) {
      case JSON, NDJSON, EITHER -> new Decoding<>(frame, now, factory).run(format);
      case CBOR -> new CborDecoding<>(schema, bounds, frame, now, factory).run();
      case SENML_JSON, SENML_CBOR ->
          new SenmlDecoding<>(schema, bounds, frame, format, now, factory).run();
      case CLOUDEVENT, CLOUDEVENTS ->
          new CloudEventsDecoding<>(schema, bounds, frame, format, now, factory).run();
      case CSV -> new CsvDecoding<>(schema, bounds, frame, now, factory).run();
    };
  }

  static Problem empty() {
    return Problem.of(ProblemCode.FRAME_EMPTY, "a frame must hold at least one event: is empty");
  }

  static Problem tooMany(FrameBounds bounds) {
    return Problem.of(
        ProblemCode.FRAME_TOO_LARGE,
        "a frame must hold at most " + bounds.events() + " events: send it in parts");
  }

  /** One frame on its way. */
  private final class Decoding<E> {
    private final JsonCursor cursor;
    private final EventReader reader;
    private final Function<EventRow, E> factory;
    private final List<E> events = new ArrayList<>();
    private final List<Rejection> rejected = new ArrayList<>();

    Decoding(byte[] frame, long now, Function<EventRow, E> factory) {
      this.cursor = new JsonCursor(frame);
      this.reader = new EventReader(schema, bounds, cursor, now);
      this.factory = factory;
    }

    DecodedFrame<E> run(FrameFormat format) {
      int first = cursor.peek();
      if (first == JsonCursor.END) {
        return DecodedFrame.refused(empty());
      }
      Problem problem;
      try {
        problem =
            switch (format) {
              case JSON -> first == '[' ? readArray() : readOne();
              case NDJSON -> readLines(0, 0);
              case EITHER -> first == '[' ? readArray() : readOneOrLines();
              case CBOR, CSV, SENML_JSON, SENML_CBOR, CLOUDEVENT, CLOUDEVENTS ->
                  throw new IllegalArgumentException("no JSON: " + format);
            };
      } catch (NotJson notJson) {
        problem =
            Problem.of(
                ProblemCode.FRAME_NOT_JSON,
                "a frame must be an array of events, one event, or one event a line: "
                    + notJson.where());
      }
      return problem == null
          ? new DecodedFrame<>(events, rejected, null)
          : DecodedFrame.refused(problem);
    }

    private @Nullable Problem readArray() {
      cursor.at++;
      if (cursor.peek() == ']') {
        cursor.at++;
        requireEnd();
        return null;
      }
      for (int index = 0; ; index++) {
        if (index == bounds.events()) {
          return tooMany(bounds);
        }
        readEvent(index);
        int next = cursor.peek();
        cursor.at++;
        if (next == ']') {
          requireEnd();
          return null;
        }
        if (next != ',') {
          cursor.at--;
          throw cursor.unexpected(", or ]");
        }
      }
    }

    private @Nullable Problem readOne() {
      readEvent(0);
      requireEnd();
      return null;
    }

    private @Nullable Problem readOneOrLines() {
      readEvent(0);
      int behind = cursor.at;
      if (cursor.peek() == JsonCursor.END) {
        return null;
      }
      int lines = 0;
      int lineStart = 0;
      for (int i = 0; i < cursor.at; i++) {
        if (cursor.json[i] == '\n') {
          lines++;
          lineStart = i + 1;
        }
      }
      if (lineStart < behind) {
        throw cursor.unexpected("the end, or a new line,");
      }
      return readLines(lineStart, lines);
    }

    private @Nullable Problem readLines(int from, int firstLine) {
      int line = firstLine;
      int end = cursor.json.length;
      for (int start = from; start < end; line++) {
        int stop = start;
        while (stop < end && cursor.json[stop] != '\n') {
          stop++;
        }
        cursor.at = start;
        cursor.end = stop;
        if (cursor.peek() != JsonCursor.END) {
          if (events.size() + rejected.size() == bounds.events()) {
            return tooMany(bounds);
          }
          readLine(line, cursor.at);
        }
        start = stop + 1;
      }
      return null;
    }

    private void readLine(int line, int from) {
      try {
        boolean good = reader.read();
        int to = cursor.at;
        requireEnd();
        keep(good, line, from, to);
      } catch (NotJson notJson) {
        rejected.add(
            new Rejection(
                line,
                ProblemCode.EVENT_NOT_JSON,
                null,
                "a line must be one event: " + notJson.where(),
                original(from, cursor.end)));
      }
    }

    private void readEvent(int index) {
      cursor.peek();
      int from = cursor.at;
      keep(reader.read(), index, from, cursor.at);
    }

    private void keep(boolean good, int index, int from, int to) {
      if (good) {
        events.add(factory.apply(reader.row()));
      } else {
        rejected.add(reader.rejection(index, original(from, to)));
      }
    }

    private byte[] original(int from, int to) {
      return Arrays.copyOfRange(cursor.json, from, Math.min(to, from + bounds.eventBytes()));
    }

    private void requireEnd() {
      if (cursor.peek() != JsonCursor.END) {
        throw cursor.unexpected("the end");
      }
    }
  }
}
