package dev.sluice.benchmark.trial;

import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.time.Duration;
import java.util.ArrayList;
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
      ofWindows("kept_tumbling", "device", "TUMBLE(ts, INTERVAL '2' SECOND)");
  static final KeptView HOPPING =
      ofWindows("kept_hopping", "site", "HOP(ts, INTERVAL '1' SECOND, INTERVAL '5' SECOND)");
  static final KeptView SESSIONS =
      ofWindows("kept_sessions", "device", "SESSION(ts, INTERVAL '1.5' SECOND)");
  static final KeptView TOTALS =
      new KeptView("kept_totals", grouped("site", ""), aggregates("site"), Kind.NEWEST);
  static final KeptView CHOSEN_ONES =
      new KeptView(
          "kept_chosen",
          "SELECT device, seq, v, ts FROM " + Events.STREAM + " WHERE v >= " + CHOSEN,
          List.of("device", "seq", "v"),
          Kind.ONCE);

  /** Those that are built anew, in turns: one that feeds a stream cannot be. */
  static final List<KeptView> REBUILT = List.of(HOPPING, TOTALS, TUMBLING, SESSIONS);

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

  private static KeptView ofWindows(String name, String group, String window) {
    List<String> columns = new ArrayList<>(List.of("window_start", "window_end"));
    columns.addAll(aggregates(group));
    return new KeptView(name, grouped(group, window + ", "), columns, Kind.ONCE);
  }

  private static String grouped(String group, String window) {
    return "SELECT %s, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS most FROM %s GROUP BY %s%s"
        .formatted(group, Events.STREAM, window, group);
  }

  private static List<String> aggregates(String group) {
    return List.of(group, "n", "s", "most");
  }

  ViewDefinition definition() {
    return new ViewDefinition(name, sql, Late.COUNT, Duration.ofDays(7), true)
        .withInto(this == CHOSEN_ONES ? Events.FED : null);
  }
}
