package dev.sluice.engine.expression;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.TemporalUnit;
import org.jspecify.annotations.Nullable;

/** Parts of a date and time, and the units that begin with one. */
public enum TimePart {
  /** Of the minute, seconds included, as PostgreSQL has it. */
  MILLISECOND(ChronoUnit.MILLIS, 1),
  SECOND(ChronoUnit.SECONDS, 1_000),
  MINUTE(ChronoUnit.MINUTES, 60_000),
  HOUR(ChronoUnit.HOURS, 3_600_000),
  DAY(ChronoUnit.DAYS, 86_400_000),
  /** Of ISO 8601: from Monday; the first of a year is the one with its first Thursday. */
  WEEK(ChronoUnit.WEEKS, 604_800_000),
  MONTH(ChronoUnit.MONTHS, 0),
  QUARTER(IsoFields.QUARTER_YEARS, 0),
  YEAR(ChronoUnit.YEARS, 0),
  /** From Sunday, 0, to Saturday, 6. */
  DOW(null, 0),
  /** From Monday, 1, to Sunday, 7. */
  ISODOW(null, 0),
  DOY(null, 0),
  /** The year that the ISO week belongs to. */
  ISOYEAR(null, 0),
  /** Whole seconds since 1970. */
  EPOCH(null, 0);

  private final @Nullable TemporalUnit unit;

  /** ms of the unit; 0 if it has no fixed length, or is none. */
  private final long length;

  TimePart(@Nullable TemporalUnit unit, long length) {
    this.unit = unit;
    this.length = length;
  }

  public boolean isUnit() {
    return unit != null;
  }

  long length() {
    return length;
  }

  TemporalUnit unit() {
    if (unit == null) {
      throw new IllegalArgumentException(this + " is no unit of time");
    }
    return unit;
  }

  long of(ZonedDateTime time) {
    return switch (this) {
      case MILLISECOND -> time.getSecond() * 1_000L + time.get(ChronoField.MILLI_OF_SECOND);
      case SECOND -> time.getSecond();
      case MINUTE -> time.getMinute();
      case HOUR -> time.getHour();
      case DAY -> time.getDayOfMonth();
      case WEEK -> time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case MONTH -> time.getMonthValue();
      case QUARTER -> time.get(IsoFields.QUARTER_OF_YEAR);
      case YEAR -> time.get(ChronoField.YEAR_OF_ERA) * (time.getYear() > 0 ? 1L : -1L);
      case DOW -> time.getDayOfWeek().getValue() % 7;
      case ISODOW -> time.getDayOfWeek().getValue();
      case DOY -> time.getDayOfYear();
      case ISOYEAR -> time.get(IsoFields.WEEK_BASED_YEAR);
      case EPOCH -> time.toEpochSecond();
    };
  }

  /** The beginning of the unit that the time is in. */
  ZonedDateTime start(ZonedDateTime time) {
    return switch (this) {
      case MILLISECOND, SECOND, MINUTE, HOUR -> time.truncatedTo(unit());
      case DAY -> midnight(time);
      case WEEK -> midnight(time.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
      case MONTH -> midnight(time.withDayOfMonth(1));
      case QUARTER ->
          midnight(time.withDayOfMonth(1).withMonth((time.getMonthValue() - 1) / 3 * 3 + 1));
      case YEAR -> midnight(time.withDayOfYear(1));
      case DOW, ISODOW, DOY, ISOYEAR, EPOCH ->
          throw new IllegalArgumentException(this + " is no unit of time");
    };
  }

  /** Where clocks are put back from one to midnight, a day has two of them: the first begins it. */
  private static ZonedDateTime midnight(ZonedDateTime day) {
    return day.truncatedTo(ChronoUnit.DAYS).withEarlierOffsetAtOverlap();
  }
}
