package dev.sluice.engine.expression;

import dev.sluice.model.stream.FieldType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Functions of TIMESTAMPs. What depends on a calendar is told in a zone, UTC unless the query says
 * another. NULL where an operand is.
 */
public final class TimeFunctions {
  private static final long DAY_MS = 86_400_000;

  /** 1970 began on a Thursday: the Monday before is this far from its beginning. */
  private static final long MONDAY = -3 * DAY_MS;

  private TimeFunctions() {}

  /** A part of it, as a LONG. */
  public static Expression extract(TimePart part, Expression time, ZoneId zone) {
    boolean quick =
        zone.equals(ZoneOffset.UTC)
            && switch (part) {
              case SECOND, MINUTE, HOUR -> true;
              default -> false;
            };
    long length = part.length();
    long in = part == TimePart.HOUR ? 24 : 60;
    RowFunction.OfWhole function =
        quick
            ? row -> Math.floorMod(Math.floorDiv(row.whole(0), length), in)
            : row -> part.of(Instant.ofEpochMilli(row.whole(0)).atZone(zone));
    return call("EXTRACT " + part + in(zone), FieldType.LONG, false, function, time);
  }

  /** The beginning of the unit that it is in. */
  public static Expression floor(TimePart unit, Expression time, ZoneId zone) {
    return call(
        "FLOOR " + unit + in(zone),
        FieldType.TIMESTAMP,
        true,
        row -> floor(unit, row.whole(0), zone),
        time);
  }

  /** The end of the unit that it is in; itself if a unit begins there. */
  public static Expression ceil(TimePart unit, Expression time, ZoneId zone) {
    return call(
        "CEIL " + unit + in(zone),
        FieldType.TIMESTAMP,
        true,
        row -> {
          long millis = row.whole(0);
          long start = floor(unit, millis, zone);
          return start == millis ? millis : plus(unit, 1, start, zone);
        },
        time);
  }

  private static long floor(TimePart unit, long millis, ZoneId zone) {
    long length = unit.length();
    try {
      if (length > 0 && zone.equals(ZoneOffset.UTC)) {
        long offset = unit == TimePart.WEEK ? MONDAY : 0;
        long units = Math.floorDiv(Math.subtractExact(millis, offset), length);
        return Math.addExact(Math.multiplyExact(units, length), offset);
      }
      return unit.start(Instant.ofEpochMilli(millis).atZone(zone)).toInstant().toEpochMilli();
    } catch (ArithmeticException | DateTimeException e) {
      throw outOfRange(unit, millis);
    }
  }

  private static long plus(TimePart unit, long count, long millis, ZoneId zone) {
    try {
      long length = unit.length();
      if (length > 0 && (length < DAY_MS || zone.equals(ZoneOffset.UTC))) {
        return Math.addExact(millis, Math.multiplyExact(count, length));
      }
      return Instant.ofEpochMilli(millis)
          .atZone(zone)
          .plus(count, unit.unit())
          .toInstant()
          .toEpochMilli();
    } catch (ArithmeticException | DateTimeException e) {
      throw outOfRange(unit, millis);
    }
  }

  private static RuntimeException outOfRange(TimePart unit, long millis) {
    return Failures.overflow(millis + " ms, by " + unit + ",", "TIMESTAMP");
  }

  /** What clocks in the zone show, as if it were UTC. */
  public static Expression at(Expression time, ZoneId zone) {
    return call(
        "AT_ZONE" + in(zone),
        FieldType.TIMESTAMP,
        true,
        row -> {
          long millis = row.whole(0);
          long ahead = zone.getRules().getOffset(Instant.ofEpochMilli(millis)).getTotalSeconds();
          try {
            return Math.addExact(millis, 1_000 * ahead);
          } catch (ArithmeticException e) {
            throw Failures.overflow(millis + " ms, in " + zone + ",", "TIMESTAMP");
          }
        },
        time);
  }

  /** Later by a number, a LONG, of units. The day of a month that is too short is its last. */
  public static Expression add(TimePart unit, Expression count, Expression time) {
    return call(
        "TIMESTAMPADD " + unit,
        FieldType.TIMESTAMP,
        true,
        row -> plus(unit, row.whole(0), row.whole(1), ZoneOffset.UTC),
        count,
        time);
  }

  /** How many whole units the second is after the first; a LONG. */
  public static Expression difference(TimePart unit, Expression from, Expression to) {
    return call(
        "TIMESTAMPDIFF " + unit,
        FieldType.LONG,
        true,
        row -> difference(unit, row.whole(0), row.whole(1)),
        from,
        to);
  }

  private static long difference(TimePart unit, long from, long to) {
    if (unit.length() == 0) {
      return local(from).until(local(to), unit.unit());
    }
    try {
      return Math.subtractExact(to, from) / unit.length();
    } catch (ArithmeticException e) {
      throw Failures.overflow(to + " - " + from, "LONG");
    }
  }

  private static LocalDateTime local(long millis) {
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
  }

  /**
   * Units since 1970, rounded down; a LONG.
   *
   * @param length ms of the unit
   */
  public static Expression toUnix(String name, Expression time, long length) {
    return call(name, FieldType.LONG, false, row -> Math.floorDiv(row.whole(0), length), time);
  }

  /**
   * From units since 1970, a LONG.
   *
   * @param length ms of the unit
   */
  public static Expression fromUnix(String name, Expression count, long length) {
    return call(
        name,
        FieldType.TIMESTAMP,
        true,
        row -> {
          try {
            return Math.multiplyExact(row.whole(0), length);
          } catch (ArithmeticException e) {
            throw Failures.overflow(name + "(" + row.whole(0) + ")", "TIMESTAMP");
          }
        },
        count);
  }

  private static String in(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) ? "" : " IN " + zone;
  }

  private static Expression call(
      String name,
      FieldType type,
      boolean fails,
      RowFunction.OfWhole function,
      Expression... operands) {
    return Expressions.strict(new Call(name, type, List.of(operands), function, fails), operands);
  }
}
