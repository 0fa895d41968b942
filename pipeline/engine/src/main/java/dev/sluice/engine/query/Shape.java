package dev.sluice.engine.query;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question without the values that it asks columns for: {@code device = 'a'} and {@code device =
 * 'b'} are of one shape, and so are {@code seq = 1} and {@code seq = 2}.
 *
 * <p>Values are plain ones, of which SQL makes nothing else than what is written: texts of
 * printable ASCII without blanks, quotes and backslashes, and whole numbers of at most nine digits.
 *
 * @param sql with a mark in the place of each value, which is a value of the same type
 * @param values in the places of the {@link #marks}
 */
record Shape(String sql, List<Object> values) {
  private static final int MOST_VALUES = 8;
  private static final int MOST_CHARS = 256;
  private static final int MOST_DIGITS = 9;
  private static final long FIRST_NUMBER = 918_273_640;

  /** What makes a text one that a glance does not understand. */
  private static final String OTHERWISE = "\"`\\$[";

  Shape {
    values = List.copyOf(values);
  }

  /** What stands for the values: texts and whole numbers, as the values are. */
  List<Object> marks() {
    List<Object> marks = new ArrayList<>();
    for (Object value : values) {
      marks.add(mark(marks.size(), value instanceof Long));
    }
    return marks;
  }

  private static Object mark(int place, boolean number) {
    return number ? (Object) (FIRST_NUMBER + place) : "sluice:value:" + place;
  }

  /** The shape of a question; null if it asks for no value, or cannot be told at a glance. */
  static @Nullable Shape of(String sql) {
    StringBuilder shape = new StringBuilder();
    List<Object> values = new ArrayList<>();
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (OTHERWISE.indexOf(c) >= 0 || sql.startsWith("--", i) || sql.startsWith("/*", i)) {
        return null;
      }
      int end = c == '\'' ? endOfText(sql, i) : isDigit(c) ? endOfNumber(sql, i) : i + 1;
      Object value = end > i + 1 || isDigit(c) ? value(sql, i, end) : null;
      if (value == null || values.size() == MOST_VALUES || !isAskedFor(shape)) {
        shape.append(sql, i, end);
      } else {
        Object mark = mark(values.size(), value instanceof Long);
        shape.append(mark instanceof Long ? mark : "'" + mark + "'");
        values.add(value);
      }
      i = end;
    }
    return values.isEmpty() ? null : new Shape(shape.toString(), values);
  }

  /** Behind the quote that ends a text; two of them are one of its characters. */
  private static int endOfText(String sql, int from) {
    int i = from + 1;
    while (i < sql.length()) {
      if (sql.charAt(i) != '\'') {
        i++;
      } else if (i + 1 < sql.length() && sql.charAt(i + 1) == '\'') {
        i += 2;
      } else {
        return i + 1;
      }
    }
    return sql.length();
  }

  /** Behind a word that begins with a digit, or a number of any kind. */
  private static int endOfNumber(String sql, int from) {
    int i = from;
    while (i < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(i)) || "._".indexOf(sql.charAt(i)) >= 0)) {
      i++;
    }
    return i;
  }

  private static @Nullable Object value(String sql, int from, int end) {
    if (sql.charAt(from) != '\'') {
      boolean plain =
          end - from <= MOST_DIGITS
              && sql.chars().skip(from).limit(end - from).allMatch(c -> isDigit((char) c));
      return plain ? (Object) Long.valueOf(sql.substring(from, end)) : null;
    }
    String text = sql.substring(from + 1, Math.max(from + 1, end - 1));
    boolean plain =
        !text.isEmpty()
            && text.length() <= MOST_CHARS
            && sql.charAt(end - 1) == '\''
            && text.chars().allMatch(c -> c > ' ' && c < 127 && c != '\'' && c != '\\');
    return plain ? text : null;
  }

  /** Whether what comes next is compared by {@code =} with what was before. */
  private static boolean isAskedFor(StringBuilder before) {
    int last = before.length() - 1;
    while (last >= 0 && Character.isWhitespace(before.charAt(last))) {
      last--;
    }
    return last > 0
        && before.charAt(last) == '='
        && (Character.isWhitespace(before.charAt(last - 1))
            || Character.isLetterOrDigit(before.charAt(last - 1))
            || before.charAt(last - 1) == '_');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
