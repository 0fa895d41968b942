package dev.sluice.engine.plan;

import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the log says of an event, as a column that no {@code *} names. No field begins with {@code
 * _}, so none is ever hidden by them. In a plan they come after the stream's fields and the three
 * columns of an {@link Expansion}, in this order.
 */
public enum PseudoColumn {
  PARTITION(FieldType.LONG),
  OFFSET(FieldType.LONG),
  /** The gateway's clock when the event came. */
  INGESTED(FieldType.TIMESTAMP),
  /** The record's key as text; null if it has none. */
  KEY(FieldType.STRING);

  private static final int EXPANDED = 3;
  private static final Pattern COLUMN = Pattern.compile("\\$(\\d{1,5})");

  private final FieldType type;

  PseudoColumn(FieldType type) {
    this.type = type;
  }

  /** Its name in SQL. */
  public String sqlName() {
    return "_" + name().toLowerCase(Locale.ROOT);
  }

  public FieldType type() {
    return type;
  }

  public boolean nullable() {
    return this == KEY;
  }

  /** Its place among the columns of a stream. */
  public int index(StreamDefinition stream) {
    return stream.fields().size() + EXPANDED + ordinal();
  }

  /** The place after all of them, where the columns of joins begin. */
  public static int end(StreamDefinition stream) {
    return end(stream.fields().size());
  }

  /**
   * The same.
   *
   * @param fields that a stream has
   */
  public static int end(int fields) {
    return fields + EXPANDED + values().length;
  }

  /**
   * Whether an expression, or several, reads one. A literal that looks like a column may make it
   * true where it is not.
   *
   * @param canonical of expressions over a stream's columns
   */
  public static boolean isIn(String canonical, StreamDefinition stream) {
    return isAnyIn(canonical, values()[0].index(stream), end(stream));
  }

  /**
   * The same of any column from a place on.
   *
   * @param first the place
   */
  public static boolean isAnyIn(String canonical, int first) {
    return isAnyIn(canonical, first, Integer.MAX_VALUE);
  }

  /**
   * The same of any column between two places.
   *
   * @param end the place after the last of them
   */
  public static boolean isAnyIn(String canonical, int first, int end) {
    Matcher column = COLUMN.matcher(canonical);
    while (column.find()) {
      int place = Integer.parseInt(column.group(1));
      if (place >= first && place < end) {
        return true;
      }
    }
    return false;
  }
}
