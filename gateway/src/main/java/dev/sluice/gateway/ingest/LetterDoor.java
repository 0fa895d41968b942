package dev.sluice.gateway.ingest;

import dev.sluice.engine.deadletter.DeadLetter;
import dev.sluice.engine.deadletter.DeadLetter.Reason;
import dev.sluice.engine.deadletter.Resend;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.json.Rejection;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;

/**
 * The one way in, for a dead letter: what is said of an event that came by a door, as the stream is
 * now. A letter is one event in a frame of its own. Usable on any thread; stores nothing.
 */
public final class LetterDoor {
  private static final byte ARRAY_OF_ONE = (byte) 0x81; // RFC 8949, 3: major type 4, length 1

  /**
   * What nobody may send in another's name does not become an event by being sent by us. A letter
   * that was rejected for something else is held against its owner; those of old have none.
   */
  private static final String NOT_ITS_SENDERS = "KEY_NOT_YOURS";

  private final Ingest ingest;

  LetterDoor(Ingest ingest) {
    this.ingest = ingest;
  }

  /** Fails with STREAM_UNKNOWN or STREAM_READ_ONLY. */
  public void requireWritable(String stream) {
    var unused = ingest.stream(stream);
  }

  /**
   * What the letter is now.
   *
   * @return fails with STREAM_UNKNOWN or STREAM_READ_ONLY
   */
  public Resend again(String stream, DeadLetter letter) {
    byte[] original = letter.original();
    FrameFormat format = Formats.ofLetter(letter.format());
    boolean isForged = letter.reason().code().equals(NOT_ITS_SENDERS);
    if (original == null || format == null || isForged) {
      return Resend.rejected(letter.reason());
    }
    if (letter.cut()) {
      return rejected(
          ProblemCode.EVENT_TOO_LARGE,
          "it was larger than an event may be, and only its first "
              + original.length
              + " bytes were kept: have the device send it again");
    }
    DecodedFrame<LogRecord> decoded =
        ingest.decode(stream, frame(original, format), format, letter.origin().owner());
    Problem problem = decoded.problem();
    if (problem != null) {
      return rejected(letter, format, problem);
    }
    if (decoded.events().size() + decoded.rejected().size() != 1) {
      return rejected(
          ProblemCode.EVENT_NOT_OBJECT, "a dead letter must be one event: is several, or none");
    }
    if (decoded.rejected().isEmpty()) {
      return Resend.taken(decoded.events().get(0));
    }
    Rejection why = decoded.rejected().get(0);
    return Resend.rejected(new Reason(why.code().name(), why.field(), why.detail()));
  }

  private static Resend rejected(DeadLetter letter, FrameFormat format, Problem problem) {
    if (problem.code() == ProblemCode.MEDIA_TYPE_UNSUPPORTED) {
      return rejected(problem.code(), problem.detail());
    }
    return format == FrameFormat.SENML_JSON
        // A record that could not be resolved: without its pack it never will be.
        ? Resend.rejected(letter.reason())
        : rejected(ProblemCode.EVENT_NOT_JSON, problem.detail());
  }

  private static Resend rejected(ProblemCode code, String detail) {
    return Resend.rejected(new Reason(code.name(), null, detail));
  }

  /** An array of one: by itself, an array that was sent as an event would be a frame of events. */
  private static byte[] frame(byte[] original, FrameFormat format) {
    return switch (format) {
      case JSON, NDJSON, EITHER, CLOUDEVENT, CLOUDEVENTS ->
          around(original, (byte) '[', (byte) ']');
      case CBOR -> around(original, ARRAY_OF_ONE);
      case CSV, SENML_JSON, SENML_CBOR -> original;
    };
  }

  private static byte[] around(byte[] original, byte before, byte... after) {
    byte[] frame = new byte[1 + original.length + after.length];
    frame[0] = before;
    System.arraycopy(original, 0, frame, 1, original.length);
    System.arraycopy(after, 0, frame, 1 + original.length, after.length);
    return frame;
  }
}
