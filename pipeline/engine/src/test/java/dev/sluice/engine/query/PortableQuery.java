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
 * @param window the size, or a session's gap; null: no window
 * @param slide null: sessions; the size for tumbling windows
 * @param keys after the window; empty: none
 */
record PortableQuery(
    String select,
    String where,
    @Nullable Duration window,
    @Nullable Duration slide,
    List<String> keys,
    String having,
    boolean grouped) {

  static PortableQuery select(String columns) {
    return new PortableQuery(columns, "", null, null, List.of(), "", false);
  }

  /** Aggregates without a key. */
  static PortableQuery total(String columns) {
    return new PortableQuery(columns, "", null, null, List.of(), "", true);
  }

  PortableQuery where(String condition) {
    return new PortableQuery(select, condition, window, slide, keys, having, grouped);
  }

  PortableQuery tumble(Duration size) {
    return hop(size, size);
  }

  PortableQuery hop(Duration every, Duration size) {
    return new PortableQuery(select, where, size, every, keys, having, true);
  }

  PortableQuery session(Duration gap) {
    return new PortableQuery(select, where, gap, null, keys, having, true);
  }

  PortableQuery by(String... expressions) {
    return new PortableQuery(select, where, window, slide, List.of(expressions), having, true);
  }

  PortableQuery having(String condition) {
    return new PortableQuery(select, where, window, slide, keys, condition, grouped);
  }

  /** Whether it is a running total. */
  boolean isTotal() {
    return grouped && window == null;
  }

  boolean isSession() {
    return window != null && slide == null;
  }

  String sluice(String stream) {
    List<String> by = new ArrayList<>(keys);
    if (window != null) {
      by.add(0, sluiceWindow(window));
    }
    return "SELECT " + select + " FROM " + stream + whereClause() + tail(by);
  }

  private String sluiceWindow(Duration size) {
    if (slide == null) {
      return "SESSION(ts, " + interval(size) + ")";
    }
    return slide.equals(size)
        ? "TUMBLE(ts, " + interval(size) + ")"
        : "HOP(ts, " + interval(slide) + ", " + interval(size) + ")";
  }

  private static String interval(Duration length) {
    return "INTERVAL '" + length.toSeconds() + "' SECOND";
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
        + (by.isEmpty() ? "" : " ORDER BY " + String.join(", ", ordered(by)));
  }

  /** Sessions leave by their ends. */
  private List<String> ordered(List<String> by) {
    List<String> ordered = new ArrayList<>(by);
    if (isSession()) {
      ordered.add(0, "window_end");
    }
    return ordered;
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
