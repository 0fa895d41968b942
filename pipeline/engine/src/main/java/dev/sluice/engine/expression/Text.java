package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** UTF-8 text, by code point. */
final class Text {
  private Text() {}

  /** Bytes of the character that starts with this one. */
  static int width(byte first) {
    if (first >= 0) {
      return 1;
    }
    return (first & 0xE0) == 0xC0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 4;
  }

  static int length(byte[] text) {
    int length = 0;
    for (byte b : text) {
      length += (b & 0xC0) == 0x80 ? 0 : 1;
    }
    return length;
  }

  /** Index of the byte at which a character starts, or the text's length if it has fewer. */
  static int indexOf(byte[] text, long character) {
    int index = 0;
    for (long i = 0; i < character && index < text.length; i++) {
      index += width(text[index]);
    }
    return Math.min(index, text.length);
  }

  /** Index of the byte at which another text, not empty, is found; -1 if it is not. */
  static int indexOf(byte[] text, byte[] other, int from) {
    for (int at = from; at <= text.length - other.length; at++) {
      if (Arrays.equals(text, at, at + other.length, other, 0, other.length)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * The characters from a place on.
   *
   * @param start 1-based; places before 1 are empty
   * @param length at least 0; places before 1 count
   */
  static byte[] substring(byte[] text, long start, long length) {
    long from = Math.max(start, 1);
    long end = length > Long.MAX_VALUE - Math.max(start, 0) ? Long.MAX_VALUE : start + length;
    return end <= from
        ? new byte[0]
        : Arrays.copyOfRange(text, indexOf(text, from - 1), indexOf(text, end - 1));
  }

  /** Each letter by Unicode's simple mapping, so that the number of characters stays. */
  static byte[] upper(byte[] text) {
    return map(text, Character::toUpperCase);
  }

  static byte[] lower(byte[] text) {
    return map(text, Character::toLowerCase);
  }

  private static byte[] map(byte[] text, IntUnaryOperator letter) {
    StringBuilder mapped = new StringBuilder(text.length);
    new String(text, UTF_8).codePoints().map(letter).forEach(mapped::appendCodePoint);
    return mapped.toString().getBytes(UTF_8);
  }

  /**
   * Without the characters of a set at its start, its end or both.
   *
   * @param set of characters
   */
  static byte[] trim(byte[] text, String set, boolean start, boolean end) {
    String all = new String(text, UTF_8);
    int from = 0;
    int to = all.length();
    while (start && from < to && set.indexOf(all.codePointAt(from)) >= 0) {
      from += Character.charCount(all.codePointAt(from));
    }
    while (end && from < to && set.indexOf(all.codePointBefore(to)) >= 0) {
      to -= Character.charCount(all.codePointBefore(to));
    }
    return all.substring(from, to).getBytes(UTF_8);
  }
}
