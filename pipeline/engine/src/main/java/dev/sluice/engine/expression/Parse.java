package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.time.DateTimeException;
import java.util.Locale;

/**
 * CAST of a STRING, blanks around it aside. A value is read once per distinct value that occurs,
 * where that is less work than once per row.
 */
record Parse(Expression operand, FieldType type) implements Node {
  @Override
  public Column evaluate(Rows rows) {
    StringColumn column = (StringColumn) operand.evaluate(rows);
    Rows live = Nulls.skip(rows, column.nulls());
    long[] longs = new long[type == FieldType.DOUBLE ? 0 : rows.size()];
    double[] doubles = new double[type == FieldType.DOUBLE ? rows.size() : 0];
    // The row, plus one, whose value an entry of the dictionary has.
    int[] known = column.distinct() <= live.count() ? new int[column.distinct()] : null;
    for (int i = 0; i < live.count(); i++) {
      int row = live.selected()[i];
      int code = column.codes()[row];
      int same = known == null ? 0 : known[code];
      if (same == 0) {
        String text = new String(column.dictionary()[code], UTF_8);
        if (type == FieldType.DOUBLE) {
          doubles[row] = readDouble(text);
        } else {
          longs[row] = readLong(text);
        }
        if (known != null) {
          known[code] = row + 1;
        }
      } else if (type == FieldType.DOUBLE) {
        doubles[row] = doubles[same - 1];
      } else {
        longs[row] = longs[same - 1];
      }
    }
    return type == FieldType.DOUBLE
        ? new DoubleColumn(doubles, column.nulls())
        : new LongColumn(type, longs, column.nulls());
  }

  private long readLong(String text) {
    return switch (type) {
      case BOOLEAN -> readBoolean(text);
      case TIMESTAMP -> readTimestamp(text);
      case LONG, DOUBLE, STRING -> readWhole(text);
    };
  }

  private static long readWhole(String text) {
    try {
      String digits = text.strip();
      if (digits.chars().allMatch(c -> c < 128)) {
        return Long.parseLong(digits);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw Failures.cast(text, "LONG", "it must be a whole number of 64 bits in decimal digits");
  }

  private static double readDouble(String text) {
    try {
      String digits = text.strip();
      // What else Java reads ("1f", "0x1p3", "NaN") is no number here.
      if (digits.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0)) {
        double value = Double.parseDouble(digits);
        if (!Double.isInfinite(value)) {
          return value;
        }
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw Failures.cast(text, "DOUBLE", "it must be a finite number");
  }

  /** What PostgreSQL takes for a boolean: true, yes, on, 1, their opposites and beginnings. */
  private static long readBoolean(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (!word.isEmpty()) {
      if ("true".startsWith(word)
          || "yes".startsWith(word)
          || word.equals("on")
          || word.equals("1")) {
        return 1;
      }
      if ("false".startsWith(word)
          || "no".startsWith(word)
          || (word.length() > 1 && "off".startsWith(word))
          || word.equals("0")) {
        return 0;
      }
    }
    throw Failures.cast(text, "BOOLEAN", "it must be true or false");
  }

  private static long readTimestamp(String text) {
    try {
      return Timestamps.parse(text);
    } catch (DateTimeException e) {
      throw Failures.cast(
          text, "TIMESTAMP", "it must be like 2026-11-20 12:00:00.123 or 2026-11-20T12:00:00Z");
    }
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public String toString() {
    return "CAST(" + operand + " AS " + type + ")";
  }
}
