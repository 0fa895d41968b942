package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;

/**
 * Reads one event after the other from a parser into a row, and says of each whether it fits its
 * stream: what {@link EventReader} is to JSON.
 */
class TokenReader {
  private static final int EPOCH_SECONDS = 1; // RFC 8949, 3.4.2
  private static final double MILLIS = 1_000;

  final EventSchema schema;
  final Verdict verdict;
  final Tokens tokens;
  final EventRow row;
  private final JsonParser parser;

  TokenReader(EventSchema schema, FrameBounds bounds, Tokens tokens, long now) {
    this.schema = schema;
    this.verdict = new Verdict(schema, bounds, now);
    this.parser = tokens.parser;
    this.tokens = tokens;
    row = new EventRow(schema.names.count());
  }

  /**
   * Reads the value that begins with the parser's token. Returns whether it is an event of the
   * stream.
   *
   * @param from where it begins, in bytes
   */
  final boolean read(JsonToken token, int from) {
    verdict.clear();
    int depth;
    if (token == JsonToken.START_OBJECT) {
      row.clear();
      depth = 1 + readEvent();
    } else {
      verdict.rejectNoObject(tokens.shown(token));
      depth = tokens.skip(token);
    }
    verdict.check(row, tokens.at() - from, depth);
    return verdict.isGood();
  }

  /** Behind an event's opening: reads to its end. Returns how deep its members are nested. */
  int readEvent() {
    return readObject(schema.places);
  }

  final EventRow row() {
    return row;
  }

  final Rejection rejection(int index, byte[] original) {
    return verdict.rejection(index, original);
  }

  /** Reads what is at a place in which fields are. Returns how deep it is nested. */
  private int readNested(Places places, JsonToken token) {
    if (token.isStructStart()) {
      return 1 + (token == JsonToken.START_OBJECT ? readObject(places) : readArray(places));
    }
    if (token != JsonToken.VALUE_NULL) {
      verdict.rejectPlace(places, tokens.shown(token));
    }
    return 0;
  }

  private int readObject(Places places) {
    int deepest = 0;
    for (JsonToken token = tokens.next(); token != JsonToken.END_OBJECT; token = tokens.next()) {
      String name = parser.currentName();
      int member = places.find(name);
      if (member == Places.UNKNOWN) {
        rejectUnknown(places, name);
      }
      deepest = Math.max(deepest, readAt(places, member, tokens.next()));
    }
    return deepest;
  }

  private int readArray(Places places) {
    int deepest = 0;
    int index = 0;
    for (JsonToken token = tokens.next(); token != JsonToken.END_ARRAY; token = tokens.next()) {
      int member = places.find(index);
      if (member == Places.UNKNOWN) {
        rejectUnknown(places, Integer.toString(index));
      }
      deepest = Math.max(deepest, readAt(places, member, token));
      index++;
    }
    return deepest;
  }

  private void rejectUnknown(Places places, String name) {
    if (!schema.rejectUnknown || !verdict.isGood()) {
      return;
    }
    if (schema.flat) {
      verdict.rejectUnknown(Verdict.shown(name));
    } else {
      verdict.rejectUnknown(places, Verdict.shown(name));
    }
  }

  final int readAt(Places places, int member, JsonToken token) {
    if (member == Places.UNKNOWN || !verdict.isGood()) {
      return tokens.skip(token);
    }
    Places below = places.below(member);
    return below == null ? readMember(places.field(member), token) : readNested(below, token);
  }

  private int readMember(int position, JsonToken token) {
    if (!row.isAbsent(position)) {
      verdict.rejectDuplicate(position);
      return tokens.skip(token);
    }
    if (token == JsonToken.VALUE_NULL) {
      row.setNull(position);
      return 0;
    }
    boolean fits =
        switch (schema.type(position)) {
          case STRING -> readString(position, token);
          case LONG -> readLong(position, token);
          case DOUBLE -> readDouble(position, token);
          case BOOLEAN -> readBoolean(position, token);
          case TIMESTAMP -> readTimestamp(position, token);
        };
    if (!fits) {
      verdict.rejectType(position, tokens.shown(token));
    }
    return tokens.skip(token);
  }

  private boolean readString(int position, JsonToken token) {
    if (token != JsonToken.VALUE_STRING || Tokens.hasLoneSurrogate(parser.getString())) {
      return false;
    }
    byte[] utf8 = parser.getString().getBytes(StandardCharsets.UTF_8);
    row.setText(position, utf8, 0, utf8.length);
    return true;
  }

  private boolean readLong(int position, JsonToken token) {
    if (!isLong(token)) {
      return false;
    }
    row.setLong(position, parser.getLongValue());
    return true;
  }

  private boolean isLong(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER;
  }

  private boolean readDouble(int position, JsonToken token) {
    if (!token.isNumeric() || parser.getNumberType() == NumberType.BIG_DECIMAL) {
      return false;
    }
    double value = parser.getDoubleValue();
    row.setDouble(position, value);
    return Double.isFinite(value);
  }

  private boolean readBoolean(int position, JsonToken token) {
    if (!token.isBoolean()) {
      return false;
    }
    row.setBoolean(position, token == JsonToken.VALUE_TRUE);
    return true;
  }

  /** Text, with tag 0 or without; ms of the epoch; or, with tag 1, seconds of it. */
  private boolean readTimestamp(int position, JsonToken token) {
    long time = InstantText.NONE;
    if (token == JsonToken.VALUE_STRING) {
      byte[] utf8 = parser.getString().getBytes(StandardCharsets.UTF_8);
      time = InstantText.parse(utf8, 0, utf8.length);
    } else if (tokens.isTagged(EPOCH_SECONDS)
        && token.isNumeric()
        && parser.getNumberType() != NumberType.BIG_DECIMAL) {
      double millis = parser.getDoubleValue() * MILLIS;
      time = Double.isNaN(millis) ? InstantText.NONE : Math.round(millis);
    } else if (isLong(token)) {
      time = parser.getLongValue();
    }
    row.setLong(position, time);
    return InstantText.isTime(time);
  }
}
