package dev.sluice.cli.file;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Times as files have them. */
public final class Times {
  /** What {@link #parse} gives for what is no time. */
  public static final long NONE = Long.MIN_VALUE;

  private static final int DATE_LENGTH = "2026-11-20".length();
  private static final int HOUR_AND_MINUTE_LENGTH = "2026-11-20T12:00".length();

  private Times() {}

  /**
   * Milliseconds of the epoch: as such, or an ISO-8601 date and time, with a blank for the T if
   * need be; without a zone it is UTC, a date alone is its midnight.
   *
   * @return {@link #NONE} if it is no time
   */
  public static long parse(String text) {
    if (Numbers.isLong(text)) {
      return Long.parseLong(text);
    }
    if (!isDated(text)) {
      return NONE;
    }
    try {
      if (text.length() == DATE_LENGTH) {
        return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
      }
      String iso =
          text.charAt(DATE_LENGTH) == ' '
              ? text.substring(0, DATE_LENGTH) + "T" + text.substring(DATE_LENGTH + 1)
              : text;
      boolean zoned = iso.endsWith("Z") || hasOffset(iso);
      return zoned
          ? OffsetDateTime.parse(iso).toInstant().toEpochMilli()
          : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return NONE;
    }
  }

  /** Whether it is spelled as a date and time, not as a number. */
  public static boolean isDateAndTime(String text) {
    return isDated(text) && parse(text) != NONE;
  }

  private static boolean isDated(String text) {
    return text.length() >= DATE_LENGTH && text.charAt(4) == '-' && text.charAt(7) == '-';
  }

  private static boolean hasOffset(String iso) {
    for (int i = HOUR_AND_MINUTE_LENGTH; i < iso.length(); i++) {
      if (iso.charAt(i) == '+' || iso.charAt(i) == '-') {
        return true;
      }
    }
    return false;
  }
}
