package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sluice.model.stream.FieldType;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Functions of text, by code point. NULL where an operand is, unless it says otherwise. */
public final class TextFunctions {
  /** Characters that LPAD and RPAD give at most. */
  static final int MAX_PADDED = 65_536;

  /** Bytes that REPLACE gives at most. */
  static final int MAX_REPLACED = 1 << 20;

  /** Bytes of a regular expression. */
  private static final int MAX_PATTERN = 1_000;

  /** What the repetitions {n,m} of a regular expression may come to, multiplied. */
  private static final long MAX_REPETITIONS = 10_000;

  private static final java.util.regex.Pattern REPETITION =
      java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?\\}");

  private TextFunctions() {}

  /** The characters from a place on; see {@link Text#substring}. */
  public static Expression substring(List<Expression> operands) {
    boolean toTheEnd = operands.size() == 2;
    return text(
        "SUBSTRING",
        true,
        operands,
        row -> {
          long length = toTheEnd ? Long.MAX_VALUE : row.whole(2);
          if (length < 0) {
            throw Failures.argument("SUBSTRING's length must not be negative: was " + length);
          }
          return Text.substring(row.text(0), row.whole(1), length);
        });
  }

  /** Trims the characters of the second operand. */
  public static Expression trim(
      String name, List<Expression> operands, boolean start, boolean end) {
    return text(
        name,
        false,
        operands,
        row -> Text.trim(row.text(0), new String(row.text(1), UTF_8), start, end));
  }

  public static Expression replace(List<Expression> operands) {
    return text("REPLACE", true, operands, row -> replace(row.text(0), row.text(1), row.text(2)));
  }

  private static byte[] replace(byte[] text, byte[] from, byte[] to) {
    int next = from.length == 0 ? -1 : Text.indexOf(text, from, 0);
    if (next < 0) {
      return text;
    }
    ByteArrayOutputStream replaced = new ByteArrayOutputStream(text.length + to.length);
    int at = 0;
    while (next >= 0) {
      replaced.write(text, at, next - at);
      replaced.writeBytes(to);
      if (replaced.size() > MAX_REPLACED) {
        throw Failures.argument("REPLACE gives at most " + MAX_REPLACED + " bytes: was more");
      }
      at = next + from.length;
      next = Text.indexOf(text, from, at);
    }
    replaced.write(text, at, text.length - at);
    return replaced.toByteArray();
  }

  /** The place, from 1, of the first in the second operand; 0 if it is not there. */
  public static Expression position(List<Expression> operands) {
    return whole(
        "POSITION",
        FieldType.LONG,
        operands,
        row -> {
          byte[] text = row.text(1);
          int at = Text.indexOf(text, row.text(0), 0);
          return at < 0 ? 0 : Text.length(Arrays.copyOf(text, at)) + 1;
        });
  }

  /** The first n characters; all but the last -n if n is negative. */
  public static Expression left(List<Expression> operands) {
    return text(
        "LEFT",
        false,
        operands,
        row -> {
          byte[] text = row.text(0);
          long n = row.whole(1);
          long length = n >= 0 ? n : Math.max(0, Text.length(text) + n);
          return Text.substring(text, 1, length);
        });
  }

  /** The last n characters; all but the first -n if n is negative. */
  public static Expression right(List<Expression> operands) {
    return text(
        "RIGHT",
        false,
        operands,
        row -> {
          byte[] text = row.text(0);
          long n = row.whole(1);
          long skipped =
              n >= 0 ? Math.max(0, Text.length(text) - n) : n == Long.MIN_VALUE ? -(n + 1) : -n;
          return Arrays.copyOfRange(text, Text.indexOf(text, skipped), text.length);
        });
  }

  /** Filled up, or cut, to n characters. */
  public static Expression pad(String name, List<Expression> operands, boolean start) {
    boolean blanks = operands.size() == 2;
    byte[] blank = {' '};
    return text(
        name,
        true,
        operands,
        row -> pad(name, row.text(0), row.whole(1), blanks ? blank : row.text(2), start));
  }

  private static byte[] pad(String name, byte[] text, long length, byte[] fill, boolean start) {
    if (length > MAX_PADDED) {
      throw Failures.argument(name + "'s length must be at most " + MAX_PADDED + ": was " + length);
    }
    long missing = length - Text.length(text);
    if (missing <= 0 || fill.length == 0) {
      return Text.substring(text, 1, Math.max(0, length));
    }
    ByteArrayOutputStream filling = new ByteArrayOutputStream();
    int width = Text.length(fill);
    for (long i = 0; i < missing / width; i++) {
      filling.writeBytes(fill);
    }
    filling.writeBytes(Text.substring(fill, 1, missing % width));
    return start
        ? Concat.join(filling.toByteArray(), text)
        : Concat.join(text, filling.toByteArray());
  }

  /** One after the other; what is NULL is left out. */
  public static Expression concat(List<Expression> operands) {
    Expression empty = Expressions.literal("");
    Expression all = empty;
    for (Expression operand : operands) {
      Expression part =
          Expressions.isLiteral(operand)
              ? Expressions.isNullLiteral(operand) ? empty : operand
              : Expressions.coalesce(List.of(operand, empty));
      all = TextOperators.concat(all, part);
    }
    return all;
  }

  /** The nth part between separators, from 0; NULL if there is none. */
  public static Expression splitIndex(List<Expression> operands) {
    return text(
        "SPLIT_INDEX", false, operands, row -> part(row.text(0), row.text(1), row.whole(2)));
  }

  private static byte @Nullable [] part(byte[] text, byte[] separator, long index) {
    if (index < 0) {
      return null;
    }
    int from = 0;
    int end = next(text, separator, from);
    for (long i = 0; i < index; i++) {
      if (end < 0) {
        return null;
      }
      from = end + separator.length;
      end = next(text, separator, from);
    }
    return Arrays.copyOfRange(text, from, end < 0 ? text.length : end);
  }

  private static int next(byte[] text, byte[] separator, int from) {
    return separator.length == 0 ? -1 : Text.indexOf(text, separator, from);
  }

  public static Expression startsWith(List<Expression> operands) {
    return whole(
        "STARTS_WITH",
        FieldType.BOOLEAN,
        operands,
        row -> {
          byte[] text = row.text(0);
          byte[] start = row.text(1);
          return start.length <= text.length
                  && Arrays.equals(text, 0, start.length, start, 0, start.length)
              ? 1
              : 0;
        });
  }

  public static Expression endsWith(List<Expression> operands) {
    return whole(
        "ENDS_WITH",
        FieldType.BOOLEAN,
        operands,
        row -> {
          byte[] text = row.text(0);
          byte[] end = row.text(1);
          int from = text.length - end.length;
          return from >= 0 && Arrays.equals(text, from, text.length, end, 0, end.length) ? 1 : 0;
        });
  }

  /**
   * Whether a regular expression of RE2's syntax is found anywhere in the text, in time linear in
   * the text.
   *
   * @throws IllegalArgumentException if the pattern is none, or too large
   */
  public static Expression regexpLike(Expression value, String pattern) {
    if (pattern.getBytes(UTF_8).length > MAX_PATTERN) {
      throw new IllegalArgumentException(
          "a regular expression must be of at most " + MAX_PATTERN + " bytes: was longer");
    }
    long repetitions = 1;
    Matcher repetition = REPETITION.matcher(pattern);
    while (repetition.find() && repetitions <= MAX_REPETITIONS) {
      String most = repetition.group(2);
      String digits = most == null || most.isEmpty() ? repetition.group(1) : most;
      repetitions *=
          digits.length() > 4 ? MAX_REPETITIONS + 1 : Math.max(1, Long.parseLong(digits));
    }
    if (repetitions > MAX_REPETITIONS) {
      throw new IllegalArgumentException(
          "the repetitions of a regular expression must come to at most " + MAX_REPETITIONS);
    }
    try {
      Pattern compiled = Pattern.compile(pattern);
      return whole(
          "REGEXP_LIKE",
          FieldType.BOOLEAN,
          List.of(value, Expressions.literal(pattern)),
          row -> compiled.matcher(row.text(0)).find() ? 1 : 0);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the regular expression is none of RE2's: " + e.getMessage(), e);
    }
  }

  /**
   * The scalar at a path of a JSON text, as text; NULL where there is none.
   *
   * @throws IllegalArgumentException if the path is none that is supported
   */
  public static Expression jsonValue(Expression value, String path) {
    JsonPath parsed = JsonPath.of(path);
    return text(
        "JSON_VALUE",
        false,
        List.of(value, Expressions.literal(path)),
        row -> parsed.scalar(row.text(0)));
  }

  private static Expression text(
      String name, boolean fails, List<Expression> operands, RowFunction.OfText function) {
    return Expressions.strict(
        new Call(name, FieldType.STRING, operands, function, fails),
        operands.toArray(Expression[]::new));
  }

  private static Expression whole(
      String name, FieldType type, List<Expression> operands, RowFunction.OfWhole function) {
    return Expressions.strict(
        new Call(name, type, new ArrayList<>(operands), function, false),
        operands.toArray(Expression[]::new));
  }
}
