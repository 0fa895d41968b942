package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.problem.Nearest;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one event after the other from a cursor into a row, and says of each whether it fits its
 * stream. Of several reasons against an event, size and nesting come first, then what stands first
 * in it.
 */
final class EventReader {
  private static final int UNKNOWN = -1;
  private static final int SHOWN_CHARS = 40;

  /** Hints cost much more than an event does, so a frame gets only so many. */
  private static final int MAX_HINTS = 16;

  private final EventSchema schema;
  private final FrameBounds bounds;
  private final JsonCursor cursor;
  private final EventRow row;
  private final long now;
  private final List<String> names;

  /** The field at each place of the last event: devices write all their events in one order. */
  private final int[] order;

  private int hints;
  private int depth;
  private @Nullable ProblemCode code;
  private @Nullable String field;
  private String detail = "";

  EventReader(EventSchema schema, FrameBounds bounds, JsonCursor cursor, long now) {
    this.schema = schema;
    this.bounds = bounds;
    this.cursor = cursor;
    this.now = now;
    int fields = schema.names.count();
    row = new EventRow(fields);
    order = new int[fields];
    for (int i = 0; i < fields; i++) {
      order[i] = i;
    }
    names = schema.stream.fields().stream().map(Field::name).toList();
  }

  /** Reads the value at the cursor. Returns whether it is an event of the stream. */
  boolean read() {
    code = null;
    field = null;
    depth = 0;
    int next = cursor.peek();
    int from = cursor.at;
    if (next == '{') {
      row.clear();
      readObject();
    } else {
      depth = cursor.skipValue();
      reject(ProblemCode.EVENT_NOT_OBJECT, null, "an event must be an object: was " + shown(from));
    }
    checkShape(cursor.at - from);
    if (code == null) {
      checkWhole();
    }
    return code == null;
  }

  /** The row of the event read last. */
  EventRow row() {
    return row;
  }

  /** Why the event read last is not let in. */
  Rejection rejection(int index, byte[] original) {
    ProblemCode why = code == null ? ProblemCode.INTERNAL : code;
    return new Rejection(index, why, field, detail, original);
  }

  private void readObject() {
    cursor.at++;
    if (cursor.peek() == '}') {
      cursor.at++;
      depth = 1;
      return;
    }
    int deepest = 0;
    for (int place = 0; ; place++) {
      int position = readName(place);
      deepest = Math.max(deepest, readMember(position));
      int next = cursor.peek();
      if (next == '}') {
        cursor.at++;
        depth = 1 + deepest;
        return;
      }
      if (next != ',') {
        throw cursor.unexpected(", or }");
      }
      cursor.at++;
    }
  }

  /** Reads a name and its colon. Returns the field's position or UNKNOWN. */
  private int readName(int place) {
    if (cursor.peek() != '"') {
      throw cursor.unexpected("a name in quotes");
    }
    int position;
    int from = cursor.at + 1;
    if (place < order.length && schema.names.isAt(order[place], cursor.json, from, cursor.end)) {
      position = order[place];
      cursor.at = from + schema.names.length(position) + 1;
    } else {
      cursor.readText();
      position = schema.names.find(cursor.text, cursor.textFrom, cursor.textTo);
      if (position != UNKNOWN && place < order.length) {
        order[place] = position;
      }
      if (position == UNKNOWN && schema.rejectUnknown && code == null) {
        rejectUnknown();
      }
    }
    cursor.readColon();
    return position;
  }

  /** Reads a value into its slot, or passes over it. Returns how deep it is nested. */
  private int readMember(int position) {
    if (position == UNKNOWN || code != null) {
      return cursor.skipValue();
    }
    if (!row.isAbsent(position)) {
      String name = names.get(position);
      reject(ProblemCode.FIELD_DUPLICATE, name, name + " must be there once: is there again");
      return cursor.skipValue();
    }
    int next = cursor.peek();
    int from = cursor.at;
    if (next == 'n') {
      cursor.readLiteral("null");
      row.setNull(position);
      return 0;
    }
    boolean fits =
        switch (schema.type(position)) {
          case STRING -> readString(position, next);
          case LONG -> readLong(position, next);
          case DOUBLE -> readDouble(position, next);
          case BOOLEAN -> readBoolean(position, next);
          case TIMESTAMP -> readTimestamp(position, next);
        };
    if (fits) {
      return 0;
    }
    cursor.at = from;
    int nested = cursor.skipValue();
    rejectType(position, from);
    return nested;
  }

  private boolean readString(int position, int next) {
    if (next != '"') {
      return false;
    }
    cursor.readText();
    if (cursor.loneSurrogate) {
      return false;
    }
    if (cursor.text == cursor.json) {
      row.setText(position, cursor.json, cursor.textFrom, cursor.textTo);
    } else {
      byte[] copy = Arrays.copyOfRange(cursor.text, cursor.textFrom, cursor.textTo);
      row.setText(position, copy, 0, copy.length);
    }
    return true;
  }

  private boolean readLong(int position, int next) {
    if (!startsNumber(next)) {
      return false;
    }
    cursor.readNumber();
    if (!cursor.isLong()) {
      return false;
    }
    row.setLong(position, cursor.longValue());
    return true;
  }

  private boolean readDouble(int position, int next) {
    if (!startsNumber(next)) {
      return false;
    }
    cursor.readNumber();
    double value = cursor.doubleValue();
    row.setDouble(position, value);
    return Double.isFinite(value);
  }

  private boolean readBoolean(int position, int next) {
    if (next != 't' && next != 'f') {
      return false;
    }
    cursor.readLiteral(next == 't' ? "true" : "false");
    row.setBoolean(position, next == 't');
    return true;
  }

  private boolean readTimestamp(int position, int next) {
    long time;
    if (next == '"') {
      cursor.readText();
      time = InstantText.parse(cursor.text, cursor.textFrom, cursor.textTo);
    } else if (startsNumber(next)) {
      cursor.readNumber();
      time = cursor.isLong() ? cursor.longValue() : InstantText.NONE;
    } else {
      return false;
    }
    row.setLong(position, time);
    return time >= InstantText.LEAST && time <= InstantText.MOST;
  }

  private static boolean startsNumber(int next) {
    return next == '-' || (next >= '0' && next <= '9');
  }

  private void checkShape(int bytes) {
    if (bytes > bounds.eventBytes()) {
      code = null;
      reject(
          ProblemCode.EVENT_TOO_LARGE,
          null,
          "an event must be at most " + bounds.eventBytes() + " bytes of JSON: was " + bytes);
    } else if (depth > bounds.depth()) {
      code = null;
      reject(
          ProblemCode.EVENT_TOO_DEEP,
          null,
          "an event must be nested at most " + bounds.depth() + " deep: was " + depth);
    }
  }

  private void checkWhole() {
    int missing = schema.missing(row);
    if (missing >= 0) {
      rejectMissing(missing);
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

  private void rejectMissing(int missing) {
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

  private void rejectUnknown() {
    String name = text(cursor.text, cursor.textFrom, cursor.textTo);
    String hint = hints++ < MAX_HINTS ? Nearest.hint(name, names) : "";
    reject(ProblemCode.FIELD_UNKNOWN, name, schema.stream.name() + " has no field " + name + hint);
  }

  private void rejectType(int position, int from) {
    Field wanted = schema.field(position);
    String was = shown(from);
    String why = cursor.json[from] == '"' && cursor.loneSurrogate ? ", half a surrogate pair" : "";
    reject(
        ProblemCode.FIELD_TYPE,
        wanted.name(),
        wanted.name()
            + " must be "
            + named(wanted.type())
            + (wanted.nullable() ? " or null" : "")
            + rule(wanted.type())
            + ": was "
            + was
            + why);
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

  /** The value between the place given and the cursor, for a person. */
  private String shown(int from) {
    byte first = cursor.json[from];
    return switch (first) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '"' -> "the string \"" + text(cursor.json, from + 1, cursor.at - 1) + '"';
      case 't', 'f', 'n' -> text(cursor.json, from, cursor.at);
      default -> "the number " + text(cursor.json, from, cursor.at);
    };
  }

  private static String text(byte[] utf8, int from, int to) {
    // Four bytes are the most that a character has, so the cut is behind what is shown.
    int cut = Math.min(to, from + 4 * (SHOWN_CHARS + 1));
    String text = new String(utf8, from, cut - from, StandardCharsets.UTF_8);
    if (text.codePointCount(0, text.length()) <= SHOWN_CHARS) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, SHOWN_CHARS)) + "…";
  }
}
