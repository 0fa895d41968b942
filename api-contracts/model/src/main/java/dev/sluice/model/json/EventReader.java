package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import java.util.Arrays;

/**
 * Reads one event after the other from a cursor into a row, and says of each whether it fits its
 * stream.
 */
final class EventReader {
  private static final int UNKNOWN = -1;

  private final EventSchema schema;
  private final Verdict verdict;
  private final JsonCursor cursor;
  private final EventRow row;

  /** The field at each place of the last event: devices write all their events in one order. */
  private final int[] order;

  private int depth;

  EventReader(EventSchema schema, FrameBounds bounds, JsonCursor cursor, long now) {
    this.schema = schema;
    this.verdict = new Verdict(schema, bounds, now);
    this.cursor = cursor;
    int fields = schema.names.count();
    row = new EventRow(fields);
    order = new int[fields];
    for (int i = 0; i < fields; i++) {
      order[i] = i;
    }
  }

  /** Reads the value at the cursor. Returns whether it is an event of the stream. */
  boolean read() {
    verdict.clear();
    depth = 0;
    int next = cursor.peek();
    int from = cursor.at;
    if (next == '{') {
      row.clear();
      if (schema.flat) {
        readObject();
      } else {
        depth = readNested(schema.places);
      }
    } else {
      depth = cursor.skipValue();
      verdict.rejectNoObject(shown(from));
    }
    verdict.check(row, cursor.at - from, depth);
    return verdict.isGood();
  }

  /** The row of the event read last. */
  EventRow row() {
    return row;
  }

  /** Why the event read last is not let in. */
  Rejection rejection(int index, byte[] original) {
    return verdict.rejection(index, original);
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

  /** Reads what is at a place in which fields are. Returns how deep it is nested. */
  private int readNested(Places places) {
    int next = cursor.peek();
    if (next == '{' || next == '[') {
      cursor.at++;
      return 1 + readMembers(places, next == '{');
    }
    int from = cursor.at;
    cursor.skipValue();
    if (next != 'n') {
      verdict.rejectPlace(places, shown(from));
    }
    return 0;
  }

  /** Behind an opening: reads to the end of the object or array. */
  private int readMembers(Places places, boolean object) {
    char end = object ? '}' : ']';
    if (cursor.peek() == end) {
      cursor.at++;
      return 0;
    }
    int deepest = 0;
    for (int index = 0; ; index++) {
      int member = object ? readNestedName(places) : places.find(index);
      if (member == UNKNOWN && !object) {
        rejectUnknown(places, Integer.toString(index));
      }
      deepest = Math.max(deepest, readAt(places, member));
      int next = cursor.peek();
      if (next == end) {
        cursor.at++;
        return deepest;
      }
      if (next != ',') {
        throw cursor.unexpected(", or " + end);
      }
      cursor.at++;
    }
  }

  private int readNestedName(Places places) {
    if (cursor.peek() != '"') {
      throw cursor.unexpected("a name in quotes");
    }
    cursor.readText();
    int member = places.find(cursor.text, cursor.textFrom, cursor.textTo);
    if (member == UNKNOWN) {
      rejectUnknown(places, Verdict.shown(cursor.text, cursor.textFrom, cursor.textTo));
    }
    cursor.readColon();
    return member;
  }

  private int readAt(Places places, int member) {
    Places below = member == UNKNOWN ? null : places.below(member);
    return below == null
        ? readMember(member == UNKNOWN ? UNKNOWN : places.field(member))
        : readNested(below);
  }

  private void rejectUnknown(Places places, String name) {
    if (schema.rejectUnknown && verdict.isGood()) {
      verdict.rejectUnknown(places, name);
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
      if (position == UNKNOWN && schema.rejectUnknown && verdict.isGood()) {
        verdict.rejectUnknown(Verdict.shown(cursor.text, cursor.textFrom, cursor.textTo));
      }
    }
    cursor.readColon();
    return position;
  }

  /** Reads a value into its slot, or passes over it. Returns how deep it is nested. */
  private int readMember(int position) {
    if (position == UNKNOWN || !verdict.isGood()) {
      return cursor.skipValue();
    }
    if (!row.isAbsent(position)) {
      verdict.rejectDuplicate(position);
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
    return InstantText.isTime(time);
  }

  private static boolean startsNumber(int next) {
    return next == '-' || (next >= '0' && next <= '9');
  }

  private void rejectType(int position, int from) {
    String was = shown(from);
    String why = cursor.json[from] == '"' && cursor.loneSurrogate ? ", half a surrogate pair" : "";
    verdict.rejectType(position, was + why);
  }

  /** The value between the place given and the cursor, for a person. */
  private String shown(int from) {
    byte first = cursor.json[from];
    return switch (first) {
      case '{' -> "an object";
      case '[' -> "an array";
      case '"' -> "the string \"" + Verdict.shown(cursor.json, from + 1, cursor.at - 1) + '"';
      case 't', 'f', 'n' -> Verdict.shown(cursor.json, from, cursor.at);
      default -> "the number " + Verdict.shown(cursor.json, from, cursor.at);
    };
  }
}
