package dev.sluice.model.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A place in JSON bytes (RFC 8259, UTF-8 only) that moves forward value by value. Strict: what it
 * passes over is checked as closely as what it reads.
 *
 * <p>What was read last stands in the fields {@code text…}, {@code integral} and so on until the
 * next read: no object per value.
 */
final class JsonCursor {
  /** What {@link #peek} says at the end: no byte. */
  static final int END = 1_000;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final int MAX_LONG_DIGITS = 19;
  private static final int MAX_EXPONENT = 100_000;

  final byte[] json;
  int at;
  int end;

  /** The string read last: in {@code json}, or unescaped in a buffer. */
  byte[] text;

  int textFrom;
  int textTo;

  /** The string read last holds half a surrogate pair: it is JSON, but no text. */
  boolean loneSurrogate;

  private final JsonText escaped;
  private long[] objects = new long[1];

  private int numberFrom;
  private boolean negative;
  private boolean integral;
  private long digits;
  private int digitCount;
  private int exponent;

  JsonCursor(byte[] json) {
    this.json = json;
    this.end = json.length;
    this.text = json;
    this.escaped = new JsonText(json);
  }

  /** The next byte that is not blank, left where it is; {@link #END} if there is none. */
  int peek() {
    int i = at;
    if (i < end && json[i] > ' ') {
      return json[i];
    }
    return peekBeyondBlanks();
  }

  private int peekBeyondBlanks() {
    int i = at;
    while (i < end) {
      byte b = json[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        at = i;
        return b;
      }
      i++;
    }
    at = i;
    return END;
  }

  NotJson unexpected(String wanted) {
    int next = peek();
    return new NotJson(
        at, "expected " + wanted + " but " + (next == END ? "it ends" : "there is " + shown(next)));
  }

  private static String shown(int b) {
    return b > ' ' && b < 0x7F ? String.valueOf((char) b) : String.format("0x%02X", b & 0xFF);
  }

  /** At an opening quote: reads the string. */
  void readText() {
    loneSurrogate = false;
    int from = at + 1;
    for (int i = from; i < end; i++) {
      byte b = json[i];
      if (b == '"') {
        text = json;
        textFrom = from;
        textTo = i;
        at = i + 1;
        return;
      }
      if (b == '\\') {
        at = escaped.unescape(from, i, end);
        text = escaped.bytes();
        textFrom = 0;
        textTo = escaped.length();
        loneSurrogate = escaped.hasHalfAPair();
        return;
      }
      if (b < ' ') {
        i = JsonText.checked(json, i, end);
      }
    }
    throw new NotJson(end, "a string is not closed");
  }

  /** At a digit or a minus: reads the number. */
  void readNumber() {
    int i = at;
    numberFrom = i;
    negative = json[i] == '-';
    if (negative) {
      i++;
    }
    digits = 0;
    digitCount = 0;
    exponent = 0;
    integral = true;
    int whole = i;
    i = readDigits(i);
    if (i - whole > 1 && json[whole] == '0') {
      throw new NotJson(whole, "a number must not begin with a zero and a digit");
    }
    if (i < end && json[i] == '.') {
      integral = false;
      int before = digitCount;
      int fraction = i + 1;
      boolean leadingZeros = digits == 0;
      i = readDigits(fraction);
      exponent = -(leadingZeros ? i - fraction : digitCount - before);
    }
    if (i < end && (json[i] | 0x20) == 'e') {
      integral = false;
      i = readExponent(i + 1);
    }
    at = i;
  }

  /** Returns the index behind the digits, of which there must be one. */
  private int readDigits(int from) {
    int i = from;
    long value = digits;
    int count = digitCount;
    while (i < end) {
      int digit = json[i] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (count < MAX_LONG_DIGITS) {
        value = value * 10 + digit;
      }
      if (count > 0 || digit > 0) {
        count++;
      }
      i++;
    }
    if (i == from) {
      throw new NotJson(i, "a number must have a digit here");
    }
    digits = value;
    digitCount = count;
    return i;
  }

  private int readExponent(int from) {
    int i = from;
    boolean minus = i < end && json[i] == '-';
    if (i < end && (minus || json[i] == '+')) {
      i++;
    }
    int first = i;
    int value = 0;
    while (i < end && json[i] >= '0' && json[i] <= '9') {
      value = Math.min(value * 10 + (json[i] - '0'), MAX_EXPONENT);
      i++;
    }
    if (i == first) {
      throw new NotJson(i, "an exponent must have a digit here");
    }
    exponent += minus ? -value : value;
    return i;
  }

  /** Whether the number read last is an integer of 64 bits, written without point or exponent. */
  boolean isLong() {
    return integral
        && digitCount <= MAX_LONG_DIGITS
        && (digits >= 0 || (negative && digits == Long.MIN_VALUE));
  }

  /** The number read last, which {@link #isLong}. */
  long longValue() {
    return negative ? -digits : digits;
  }

  /** The number read last, as near as a double can be; infinite if it is too large for one. */
  double doubleValue() {
    if (digitCount < 16 && exponent >= -22 && exponent <= 22) {
      // Both operands are exact in a double, so the one rounding is the right one (Clinger, 1990).
      double exact = digits;
      double value =
          exponent < 0 ? exact / POWERS_OF_TEN[-exponent] : exact * POWERS_OF_TEN[exponent];
      return negative ? -value : value;
    }
    return Double.parseDouble(
        new String(json, numberFrom, at - numberFrom, StandardCharsets.ISO_8859_1));
  }

  /** Passes over {@code true}, {@code false} or {@code null}. */
  void readLiteral(String literal) {
    int length = literal.length();
    boolean same = end - at >= length;
    for (int i = 0; same && i < length; i++) {
      same = json[at + i] == literal.charAt(i);
    }
    if (!same) {
      throw new NotJson(at, "expected " + literal);
    }
    at += length;
  }

  /**
   * Passes over the next value.
   *
   * @return how deep its objects and arrays are nested; 0 for any other value
   */
  int skipValue() {
    int depth = 0;
    int deepest = 0;
    while (true) {
      int next = peek();
      boolean opened = next == '{' || next == '[';
      if (opened) {
        at++;
        enter(depth++, next == '{');
        deepest = Math.max(deepest, depth);
      } else {
        skipScalar(next);
      }
      // Behind a value, or behind an opening: to the next value, or out.
      boolean first = opened;
      while (depth > 0 && !moveToValue(depth - 1, first)) {
        depth--;
        first = false;
      }
      if (depth == 0) {
        return deepest;
      }
    }
  }

  /** Moves to the next value of an object or array; false when that ends, and behind its end. */
  private boolean moveToValue(int level, boolean first) {
    boolean object = (objects[level >> 6] >>> level & 1) != 0;
    int next = peek();
    if (next == (object ? '}' : ']')) {
      at++;
      return false;
    }
    if (!first) {
      if (next != ',') {
        throw unexpected(object ? ", or }" : ", or ]");
      }
      at++;
    }
    if (object) {
      if (peek() != '"') {
        throw unexpected("a name in quotes");
      }
      readText();
      readColon();
    }
    return true;
  }

  /** Passes over a colon. */
  void readColon() {
    if (peek() != ':') {
      throw unexpected(":");
    }
    at++;
  }

  private void enter(int level, boolean object) {
    int word = level >> 6;
    if (word == objects.length) {
      objects = Arrays.copyOf(objects, word * 2);
    }
    if (object) {
      objects[word] |= 1L << level;
    } else {
      objects[word] &= ~(1L << level);
    }
  }

  private void skipScalar(int next) {
    switch (next) {
      case '"' -> readText();
      case 't' -> readLiteral("true");
      case 'f' -> readLiteral("false");
      case 'n' -> readLiteral("null");
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber();
      default -> throw unexpected("a value");
    }
  }
}
