package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is said against one event after the other, in the same words whatever format it came in. Of
 * several reasons against an event, size and nesting come first, then what stands first in it.
 */
final class Verdict {
  private static final int SHOWN_CHARS = 40;

  /** Hints cost much more than an event does, so a frame gets only so many. */
  private static final int MAX_HINTS = 16;

  private final EventSchema schema;
  private final FrameBounds bounds;
  private final long now;
  private final List<String> names;
  private int hints;
  private @Nullable ProblemCode code;
  private @Nullable String field;
  private String detail = "";

  Verdict(EventSchema schema, FrameBounds bounds, long now) {
    this.schema = schema;
    this.bounds = bounds;
    this.now = now;
    names = schema.stream.fields().stream().map(Field::name).toList();
  }

  /** Before the next event. */
  void clear() {
    code = null;
    field = null;
  }

  boolean isGood() {
    return code == null;
  }

  /** Why the event is not let in. */
  Rejection rejection(int index, byte[] original) {
    ProblemCode why = code == null ? ProblemCode.INTERNAL : code;
    return new Rejection(index, why, field, detail, original);
  }

  /**
   * @param was as {@link #shown}, or what kind of thing it is
   */
  void rejectNoObject(String was) {
    reject(ProblemCode.EVENT_NOT_OBJECT, null, "an event must be an object: was " + was);
  }

  /**
   * @param code of what is no event by itself
   */
  void rejectRecord(ProblemCode code, String what) {
    reject(code, null, what);
  }

  void rejectCloudEvent(String what) {
    reject(ProblemCode.EVENT_NOT_CLOUDEVENT, null, "in a CloudEvent " + what);
  }

  void rejectColumns(int cells, int columns) {
    reject(
        ProblemCode.EVENT_COLUMNS,
        null,
        "a row must have as many cells as the first row has names, " + columns + ": has " + cells);
  }

  void rejectDuplicate(int position) {
    String name = names.get(position);
    reject(ProblemCode.FIELD_DUPLICATE, name, name + " must be there once: is there again");
  }

  void rejectUnknown(String name) {
    String hint = hints++ < MAX_HINTS ? Nearest.hint(name, names) : "";
    reject(ProblemCode.FIELD_UNKNOWN, name, schema.stream.name() + " has no field " + name + hint);
  }

  /** A member that is at no field's place, in a stream whose fields have pointers. */
  void rejectUnknown(Places places, String name) {
    String pointer = places.pointer(name);
    String hint = hints++ < MAX_HINTS ? Nearest.hint(pointer, schema.pointers()) : "";
    reject(
        ProblemCode.FIELD_UNKNOWN,
        pointer,
        schema.stream.name() + " has no field at " + pointer + hint);
  }

  /**
   * What is at the place of an object is none.
   *
   * @param was what came instead
   */
  void rejectPlace(Places places, String was) {
    String pointer = places.pointer();
    reject(
        ProblemCode.FIELD_TYPE,
        pointer,
        pointer + " must be an object or an array, in which fields are: was " + was);
  }

  /**
   * @param was what came instead
   */
  void rejectType(int position, String was) {
    Field wanted = schema.field(position);
    reject(
        ProblemCode.FIELD_TYPE,
        wanted.name(),
        wanted.name()
            + " must be "
            + named(wanted.type())
            + (wanted.nullable() ? " or null" : "")
            + rule(wanted.type())
            + ": was "
            + was);
  }

  /** Of an event that was read as far as it goes. */
  void check(EventRow row, int bytes, int depth) {
    checkShape(bytes, depth);
    if (code == null) {
      checkWhole(row);
    }
  }

  /** Of what was read as far as it goes, whatever its values. */
  void checkShape(int bytes, int depth) {
    if (bytes > bounds.eventBytes()) {
      code = null;
      reject(
          ProblemCode.EVENT_TOO_LARGE,
          null,
          "an event must be at most " + bounds.eventBytes() + " bytes: was " + bytes);
    } else if (depth > bounds.depth()) {
      code = null;
      reject(
          ProblemCode.EVENT_TOO_DEEP,
          null,
          "an event must be nested at most " + bounds.depth() + " deep: was " + depth);
    }
  }

  private void checkWhole(EventRow row) {
    schema.fill(row);
    int missing = schema.missing(row);
    if (missing >= 0) {
      rejectMissing(missing, row);
      return;
    }
    int foreign = schema.foreignKey(row);
    if (foreign >= 0) {
      String key = schema.field(foreign).name();
      reject(
          ProblemCode.KEY_NOT_YOURS,
          key,
          key + " must be that of the caller's own device: is another");
      return;
    }
    if (!schema.hasTime()) {
      return;
    }
    long time = schema.timeOf(row, now);
    if (schema.isTooFarAhead(time, now)) {
      reject(
          ProblemCode.EVENT_FROM_FUTURE,
          schema.stream.time().field(),
          "the event time must be at most "
              + schema.stream.time().maxSkew()
              + " ahead of the gateway's clock, which is "
              + Instant.ofEpochMilli(now)
              + ": was "
              + Instant.ofEpochMilli(time)
              + "; set the device's clock, or declare the stream historical");
    } else if (schema.isOutOfRange(time)) {
      reject(
          ProblemCode.EVENT_TIME_RANGE,
          schema.stream.time().field(),
          "the event time must be " + schema.range() + ": was " + Instant.ofEpochMilli(time));
    }
  }

  private void rejectMissing(int missing, EventRow row) {
    Field wanted = schema.field(missing);
    reject(
        ProblemCode.FIELD_MISSING,
        wanted.name(),
        wanted.name()
            + " must be "
            + named(wanted.type())
            + ": was "
            + (row.isAbsent(missing) ? "not there" : "null"));
  }

  private void reject(ProblemCode why, @Nullable String about, String what) {
    if (code == null) {
      code = why;
      field = about;
      detail = what;
    }
  }

  private static String named(FieldType type) {
    return "a " + type;
  }

  private static String rule(FieldType type) {
    return type == FieldType.TIMESTAMP
        ? " (an ISO-8601 instant with Z or an offset, or ms of the epoch; years 0000 to 9999)"
        : "";
  }

  /** The beginning of a text, for a person. */
  static String shown(byte[] utf8, int from, int to) {
    // Four bytes are the most that a character has, so the cut is behind what is shown.
    int cut = Math.min(to, from + 4 * (SHOWN_CHARS + 1));
    return shown(new String(utf8, from, cut - from, StandardCharsets.UTF_8));
  }

  /** The same. */
  static String shown(String text) {
    if (text.codePointCount(0, text.length()) <= SHOWN_CHARS) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARS)) + "…";
  }
}
