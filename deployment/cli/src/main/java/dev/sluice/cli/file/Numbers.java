package dev.sluice.cli.file;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as files have them. */
public final class Numbers {
  /** JSON's grammar (RFC 8259), which has neither a leading zero nor a bare point. */
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private static final Pattern LOOSE_LONG = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern LOOSE_NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private static final int LONG_DIGITS = 18;

  private Numbers() {}

  /** Whether it is a whole number that a LONG surely holds, written without leading zeros. */
  public static boolean isLong(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - start;
    if (digits < 1 || digits > LONG_DIGITS || digits > 1 && text.charAt(start) == '0') {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Whether it can stand in JSON as a number. */
  public static boolean isNumber(String text) {
    return isLong(text) || NUMBER.matcher(text).matches();
  }

  /** A whole number with a plus or leading zeros, too; null if it is none that a LONG holds. */
  public static @Nullable Long looseLong(String text) {
    try {
      return LOOSE_LONG.matcher(text).matches() ? Long.valueOf(text) : null;
    } catch (NumberFormatException tooLarge) {
      return null;
    }
  }

  /** A number with a plus, leading zeros or a bare point, too; null if no DOUBLE holds it. */
  public static @Nullable Double looseDouble(String text) {
    if (!LOOSE_NUMBER.matcher(text).matches()) {
      return null;
    }
    Double number = Double.valueOf(text);
    return number.isInfinite() ? null : number;
  }
}
