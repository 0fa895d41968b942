package dev.sluice.model.json;

import java.util.Arrays;

/**
 * What stands between the quotes of a JSON string: checks its bytes, and unescapes it into a buffer
 * that the next one takes.
 */
final class JsonText {
  private final byte[] json;
  private byte[] unescaped = new byte[0];
  private int length;
  private boolean half;

  JsonText(byte[] json) {
    this.json = json;
  }

  /** The string unescaped last, and maybe more behind it: {@link #length}. */
  byte[] bytes() {
    return unescaped;
  }

  int length() {
    return length;
  }

  /** Whether the string unescaped last holds half a surrogate pair. */
  boolean hasHalfAPair() {
    return half;
  }

  /** Index of the last byte of the UTF-8 sequence that begins at i. */
  static int checked(byte[] json, int i, int end) {
    int lead = json[i] & 0xFF;
    if (lead < ' ') {
      throw new NotJson(i, "a control character in a string must be escaped");
    }
    int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || i + more >= end) {
      throw new NotJson(i, "is not UTF-8");
    }
    // The second byte's range keeps out overlong forms, surrogates and what is beyond U+10FFFF.
    int second = json[i + 1] & 0xFF;
    int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    boolean good = second >= least && second <= most;
    for (int k = 2; k <= more; k++) {
      good &= (json[i + k] & 0xC0) == 0x80;
    }
    if (!good) {
      throw new NotJson(i, "is not UTF-8");
    }
    return i + more;
  }

  /**
   * Unescapes a string.
   *
   * @param from its first byte
   * @param firstEscape its first backslash: all before is checked already
   * @param end where the JSON ends
   * @return the index behind its closing quote
   */
  int unescape(int from, int firstEscape, int end) {
    length = 0;
    half = false;
    keep(from, firstEscape);
    int i = firstEscape;
    while (i < end) {
      byte b = json[i];
      if (b == '"') {
        return i + 1;
      }
      if (b == '\\') {
        i = unescapeOne(i, end);
      } else {
        int last = b < ' ' ? checked(json, i, end) : i;
        keep(i, last + 1);
        i = last + 1;
      }
    }
    throw new NotJson(end, "a string is not closed");
  }

  private void keep(int from, int to) {
    room(to - from);
    System.arraycopy(json, from, unescaped, length, to - from);
    length += to - from;
  }

  private void room(int bytes) {
    if (length + bytes > unescaped.length) {
      unescaped = Arrays.copyOf(unescaped, Math.max(64, (length + bytes) * 2));
    }
  }

  /** At a backslash; returns the index behind the escape. */
  private int unescapeOne(int i, int end) {
    int code = i + 1 < end ? json[i + 1] : JsonCursor.END;
    int plain =
        switch (code) {
          case '"', '\\', '/' -> code;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'u' -> -1;
          default -> throw new NotJson(i, "no such escape");
        };
    if (plain >= 0) {
      keepCodePoint(plain);
      return i + 2;
    }
    int unit = hex(i + 2, end);
    int next = i + 6;
    if (Character.isHighSurrogate((char) unit)
        && next + 1 < end
        && json[next] == '\\'
        && json[next + 1] == 'u') {
      int low = hex(next + 2, end);
      if (Character.isLowSurrogate((char) low)) {
        keepCodePoint(Character.toCodePoint((char) unit, (char) low));
        return next + 6;
      }
    }
    if (Character.isSurrogate((char) unit)) {
      half = true;
      keepCodePoint(0xFFFD);
    } else {
      keepCodePoint(unit);
    }
    return next;
  }

  private int hex(int from, int end) {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < end ? Character.digit(json[i], 16) : -1;
      if (digit < 0) {
        throw new NotJson(Math.min(i, end), "an escape \\u must have four hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private void keepCodePoint(int c) {
    room(4);
    if (c < 0x80) {
      unescaped[length++] = (byte) c;
    } else if (c < 0x800) {
      unescaped[length++] = (byte) (0xC0 | (c >> 6));
      unescaped[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      unescaped[length++] = (byte) (0xE0 | (c >> 12));
      unescaped[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
      unescaped[length++] = (byte) (0x80 | (c & 0x3F));
    } else {
      unescaped[length++] = (byte) (0xF0 | (c >> 18));
      unescaped[length++] = (byte) (0x80 | ((c >> 12) & 0x3F));
      unescaped[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
      unescaped[length++] = (byte) (0x80 | (c & 0x3F));
    }
  }
}
