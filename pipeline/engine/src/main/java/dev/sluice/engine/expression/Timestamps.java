package dev.sluice.engine.expression;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** TIMESTAMPs as text. */
public final class Timestamps {
  private static final DateTimeFormatter WRITTEN =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final DateTimeFormatter READ =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][' ']HH:mm[:ss]")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("[XXX][X]")
          .optionalEnd()
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Timestamps() {}

  /** An ISO instant in UTC with milliseconds. */
  public static String format(long epochMillis) {
    return WRITTEN.format(Instant.ofEpochMilli(epochMillis));
  }

  /**
   * Reads a date, or a date and a time, {@code T} or a blank between them; UTC unless it states an
   * offset; what is finer than a millisecond is cut off.
   *
   * @return ms of the epoch
   * @throws DateTimeException if it is none
   */
  public static long parse(String text) {
    TemporalAccessor parsed = READ.parse(text.strip());
    ZoneOffset offset =
        parsed.isSupported(ChronoField.OFFSET_SECONDS)
            ? ZoneOffset.ofTotalSeconds(parsed.get(ChronoField.OFFSET_SECONDS))
            : ZoneOffset.UTC;
    return LocalDateTime.from(parsed).toInstant(offset).toEpochMilli();
  }
}
