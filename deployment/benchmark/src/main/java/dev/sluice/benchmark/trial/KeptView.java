package dev.sluice.benchmark.trial;

import java.util.List;

/**
 * A view of the trial's stream.
 *
 * @param columns of its rows, in the order in which rows are compared
 * @param kind what its rows are
 */
record KeptView(String name, String sql, List<String> columns, Kind kind) {
  static final int TUMBLING_MS = 2_000;
  static final int HOPPING_MS = 5_000;
  static final int SLIDE_MS = 1_000;
  static final int GAP_MS = 1_500;

  /** Events of at least this value are chosen by a filter: one in a hundred. */
  static final int CHOSEN = 990;

  static final KeptView TUMBLING =
      new KeptView(
          "kept_tumbling",
          "SELECT device, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS most FROM "
              + Events.STREAM
              + " GROUP BY TUMBLE(ts, INTERVAL '2' SECOND), device",
          List.of("window_start", "window_end", "device", "n", "s", "most"),
          Kind.ONCE);
  static final KeptView HOPPING =
      new KeptView(
          "kept_hopping",
          "SELECT site, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS most FROM "
              + Events.STREAM
              + " GROUP BY HOP(ts, INTERVAL '1' SECOND, INTERVAL '5' SECOND), site",
          List.of("window_start", "window_end", "site", "n", "s", "most"),
          Kind.ONCE);
  static final KeptView SESSIONS =
      new KeptView(
          "kept_sessions",
          "SELECT device, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS most FROM "
              + Events.STREAM
              + " GROUP BY SESSION(ts, INTERVAL '1.5' SECOND), device",
          List.of("window_start", "window_end", "device", "n", "s", "most"),
          Kind.ONCE);
  static final KeptView TOTALS =
      new KeptView(
          "kept_totals",
          "SELECT site, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS most FROM "
              + Events.STREAM
              + " GROUP BY site",
          List.of("site", "n", "s", "most"),
          Kind.NEWEST);
  static final KeptView CHOSEN_ONES =
      new KeptView(
          "kept_chosen",
          "SELECT device, seq, v FROM " + Events.STREAM + " WHERE v >= " + CHOSEN,
          List.of("device", "seq", "v"),
          Kind.ONCE);

  static final List<KeptView> ALL = List.of(TUMBLING, HOPPING, SESSIONS, TOTALS, CHOSEN_ONES);

  /** What rows there are. */
  enum Kind {
    /** Each row is there once. */
    ONCE,
    /** A row takes the place of the one before with the same key. */
    NEWEST
  }

  KeptView {
    columns = List.copyOf(columns);
  }

  String topic() {
    return "view." + name;
  }
}
