package dev.sluice.model.json;

import dev.sluice.model.avro.EventRow;
import dev.sluice.model.stream.FieldType;
import java.nio.charset.StandardCharsets;

/** Reads a value that a format has as text only: written as in JSON, blanks around it aside. */
final class TextValue {
  private TextValue() {}

  /** Puts the value into the row; returns whether the text is one of the type. */
  static boolean read(EventRow row, int position, FieldType type, String text) {
    return switch (type) {
      case STRING -> readString(row, position, text);
      case LONG -> readLong(row, position, text);
      case DOUBLE -> readDouble(row, position, text);
      case BOOLEAN -> readBoolean(row, position, text);
      case TIMESTAMP -> readTimestamp(row, position, text);
    };
  }

  private static boolean readString(EventRow row, int position, String text) {
    byte[] utf8 = utf8(text);
    row.setText(position, utf8, 0, utf8.length);
    return true;
  }

  private static boolean readLong(EventRow row, int position, String text) {
    JsonCursor number = new JsonCursor(utf8(text));
    if (!isNumber(number) || !number.isLong()) {
      return false;
    }
    row.setLong(position, number.longValue());
    return true;
  }

  private static boolean readDouble(EventRow row, int position, String text) {
    JsonCursor number = new JsonCursor(utf8(text.strip()));
    if (!isNumber(number)) {
      return false;
    }
    double value = number.doubleValue();
    row.setDouble(position, value);
    return Double.isFinite(value);
  }

  private static boolean readBoolean(EventRow row, int position, String text) {
    String said = text.strip();
    boolean truth = said.equalsIgnoreCase("true");
    row.setBoolean(position, truth);
    return truth || said.equalsIgnoreCase("false");
  }

  private static boolean readTimestamp(EventRow row, int position, String text) {
    byte[] utf8 = utf8(text.strip());
    long time = InstantText.parse(utf8, 0, utf8.length);
    if (time == InstantText.NONE) {
      JsonCursor number = new JsonCursor(utf8);
      time = isNumber(number) && number.isLong() ? number.longValue() : InstantText.NONE;
    }
    row.setLong(position, time);
    return InstantText.isTime(time);
  }

  /** Reads the number; false if there is none, or if more follows it. */
  private static boolean isNumber(JsonCursor cursor) {
    try {
      int first = cursor.peek();
      if (first != '-' && (first < '0' || first > '9')) {
        return false;
      }
      cursor.readNumber();
      int behind = cursor.at;
      boolean whole = cursor.peek() == JsonCursor.END;
      cursor.at = behind;
      return whole;
    } catch (NotJson notJson) {
      return false;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
