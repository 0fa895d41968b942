package dev.sluice.model.json;

/**
 * Reads ISO-8601 instants from ASCII bytes, without an object or an exception on the way.
 *
 * <p>{@code 2026-11-20T12:00[:00[.123456789]]} and then {@code Z} or an offset, {@code +01}, {@code
 * +0100}, {@code +01:00} or {@code +01:00:00}, at most 18 hours. Years 0000 to 9999; the letters in
 * either case; up to nine digits of a second, cut off (toward the past) behind the milliseconds. A
 * leap second is refused, as java.time refuses it.
 */
final class InstantText {
  /** What {@link #parse} returns for anything else: no millisecond of these years. */
  static final long NONE = Long.MIN_VALUE;

  /** 0000-01-01T00:00:00.000Z. */
  static final long LEAST = -62_167_219_200_000L;

  /** 9999-12-31T23:59:59.999Z. */
  static final long MOST = 253_402_300_799_999L;

  private static final int[] DAYS_BEFORE_MONTH = {
    0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
  };
  private static final int[] DAYS_OF_MONTH = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final int DAYS_TO_1970 = 719_528;
  private static final int MAX_OFFSET_SECONDS = 18 * 3600;
  private static final int BAD = Integer.MIN_VALUE;

  private InstantText() {}

  /** Whether it is a time of the years 0000 to 9999. */
  static boolean isTime(long millis) {
    return millis >= LEAST && millis <= MOST;
  }

  /** Milliseconds of the epoch, or {@link #NONE}. */
  static long parse(byte[] text, int from, int to) {
    if (to - from < 17
        || text[from + 4] != '-'
        || text[from + 7] != '-'
        || (text[from + 10] | 0x20) != 't'
        || text[from + 13] != ':') {
      return NONE;
    }
    int year = two(text, from) * 100 + two(text, from + 2);
    int month = two(text, from + 5);
    int day = two(text, from + 8);
    int hour = two(text, from + 11);
    int minute = two(text, from + 14);
    if (two(text, from) < 0
        || two(text, from + 2) < 0
        || !isDate(year, month, day)
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59) {
      return NONE;
    }
    int i = from + 16;
    int second = 0;
    int millis = 0;
    if (text[i] == ':') {
      if (to - i < 4) {
        return NONE;
      }
      second = two(text, i + 1);
      if (second < 0 || second > 59) {
        return NONE;
      }
      i += 3;
      if (text[i] == '.') {
        int fraction = ++i;
        int weight = 100;
        for (; i < to && isDigit(text[i]); i++) {
          millis += (text[i] - '0') * weight;
          weight /= 10;
        }
        if (i - fraction > 9 || i == to) {
          return NONE;
        }
      }
    }
    int offset = offset(text, i, to);
    if (offset == BAD) {
      return NONE;
    }
    long seconds = (days(year, month, day) * 24L + hour) * 3600L + minute * 60L + second - offset;
    long time = seconds * 1000 + millis;
    return time < LEAST || time > MOST ? NONE : time;
  }

  private static boolean isDate(int year, int month, int day) {
    return month >= 1
        && month <= 12
        && day >= 1
        && (day <= DAYS_OF_MONTH[month - 1] || (month == 2 && day == 29 && isLeap(year)));
  }

  private static boolean isLeap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  /** Days since 1970-01-01 in the proleptic Gregorian calendar. */
  private static long days(int year, int month, int day) {
    // Leap days of the years before this one; the year 0 is one itself.
    int before = year - 1;
    int leapDays = year == 0 ? 0 : before / 4 - before / 100 + before / 400 + 1;
    int leapDay = month > 2 && isLeap(year) ? 1 : 0;
    return year * 365L + leapDays + DAYS_BEFORE_MONTH[month - 1] + leapDay + day - 1 - DAYS_TO_1970;
  }

  /** Seconds east of UTC that the rest of the text says, or BAD. */
  private static int offset(byte[] text, int i, int to) {
    if ((text[i] | 0x20) == 'z') {
      return i + 1 == to ? 0 : BAD;
    }
    if (text[i] != '+' && text[i] != '-') {
      return BAD;
    }
    int length = to - i;
    boolean colon = length > 3 && text[i + 3] == ':';
    boolean formed = length == 3 || (colon ? length == 6 || length == 9 : length == 5);
    if (!formed || (length == 9 && text[i + 6] != ':')) {
      return BAD;
    }
    int hours = two(text, i + 1);
    int minutes = length == 3 ? 0 : two(text, colon ? i + 4 : i + 3);
    int seconds = length == 9 ? two(text, i + 7) : 0;
    if (hours < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) {
      return BAD;
    }
    int offset = (hours * 60 + minutes) * 60 + seconds;
    if (offset > MAX_OFFSET_SECONDS) {
      return BAD;
    }
    return text[i] == '-' ? -offset : offset;
  }

  /** The number of two digits; negative if they are not digits. */
  private static int two(byte[] text, int i) {
    return isDigit(text[i]) && isDigit(text[i + 1]) ? (text[i] - '0') * 10 + text[i + 1] - '0' : -1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
