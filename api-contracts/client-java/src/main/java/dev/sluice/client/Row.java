package dev.sluice.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of an answer.
 *
 * @param values by column, in the order of the columns: String, Long, Double, Boolean, List, Map or
 *     null
 * @param early whether it is of a window that is still open: the newest of a group counts
 * @param token where another subscription goes on after it; null of an early row
 */
public record Row(Map<String, @Nullable Object> values, boolean early, @Nullable String token)
    implements QueryEvent {
  /** A column's value; null if it is, or there is none. */
  public @Nullable Object get(String column) {
    return values.get(column);
  }

  /** A column's text. */
  public @Nullable String string(String column) {
    return (String) values.get(column);
  }

  /**
   * A column's number.
   *
   * @throws ClassCastException if it is not a number
   * @throws NullPointerException if it is null
   */
  public Number number(String column) {
    Number number = (Number) values.get(column);
    if (number == null) {
      throw new NullPointerException("column " + column + " is null or not there: " + values);
    }
    return number;
  }

  /** Whether an early row of the same group is taken back. */
  public boolean deleted() {
    return Boolean.TRUE.equals(values.get("deleted"));
  }
}
