package dev.sluice.engine.query;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A query that Sluice and PostgreSQL both understand: all of it is written once, but the window,
 * which each of them has in a way of its own.
 *
 * @param select the columns, without the window's edges
 * @param window null: no window
 * @param keys after the window; empty: none
 */
record PortableQuery(
    String select,
    String where,
    @Nullable Duration window,
    List<String> keys,
    String having,
    boolean grouped) {

  static PortableQuery select(String columns) {
    return new PortableQuery(columns, "", null, List.of(), "", false);
  }

  /** Aggregates without a key. */
  static PortableQuery total(String columns) {
    return new PortableQuery(columns, "", null, List.of(), "", true);
  }

  PortableQuery where(String condition) {
    return new PortableQuery(select, condition, window, keys, having, grouped);
  }

  PortableQuery tumble(Duration size) {
    return new PortableQuery(select, where, size, keys, having, true);
  }

  PortableQuery by(String... expressions) {
    return new PortableQuery(select, where, window, List.of(expressions), having, true);
  }

  PortableQuery having(String condition) {
    return new PortableQuery(select, where, window, keys, condition, grouped);
  }

  /** Whether it is a running total. */
  boolean isTotal() {
    return grouped && window == null;
  }

  String sluice(String stream) {
    List<String> by = new ArrayList<>(keys);
    if (window != null) {
      by.add(0, "TUMBLE(ts, INTERVAL '" + window.toSeconds() + "' SECOND(5))");
    }
    return "SELECT " + select + " FROM " + stream + whereClause() + tail(by);
  }

  /**
   * PostgreSQL's form, over rows that know their window.
   *
   * @param rows the relation to read
   */
  String postgres(String rows) {
    List<String> by = new ArrayList<>(keys);
    if (window != null) {
      by.add(0, "window_start");
      by.add(1, "window_end");
    }
    String columns = window == null ? select : "window_start, window_end, " + select;
    return "SELECT "
        + columns
        + " FROM "
        + rows
        + whereClause()
        + tail(by)
        + (by.isEmpty() ? "" : " ORDER BY " + String.join(", ", by));
  }

  private String whereClause() {
    return where.isEmpty() ? "" : " WHERE " + where;
  }

  private String tail(List<String> by) {
    return (by.isEmpty() ? "" : " GROUP BY " + String.join(", ", by))
        + (having.isEmpty() ? "" : " HAVING " + having);
  }

  @Override
  public String toString() {
    return sluice("day");
  }
}
