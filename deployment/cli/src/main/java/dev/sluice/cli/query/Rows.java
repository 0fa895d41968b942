package dev.sluice.cli.query;

import dev.sluice.cli.text.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a table shows: those of the latest window, an early row replaced by a later one of
 * its group; of a query without windows the last ones.
 *
 * <p>A row does not say what its group is. Its texts are taken for it, which is right for groups by
 * text; early rows of groups by number are then told apart by their window alone.
 */
final class Rows {
  private static final String WINDOW_START = "window_start";
  private static final String WINDOW_END = "window_end";

  private final int last;
  private final Map<Object, Map<String, @Nullable Object>> rows = new LinkedHashMap<>();
  private String window = "";
  private String windowShown = "";
  private long number;

  /**
   * @param last how many rows of a query without windows are kept
   */
  Rows(int last) {
    this.last = last;
  }

  void add(Result result) {
    Map<String, @Nullable Object> row = result.row();
    Object end = row.get(WINDOW_END);
    if (end == null) {
      rows.put(number++, row);
      if (rows.size() > last) {
        rows.remove(rows.keySet().iterator().next());
      }
      return;
    }
    // ISO instants of one length: their order is that of time.
    int order = end.toString().compareTo(window);
    if (order < 0) {
      return;
    }
    if (order > 0) {
      rows.clear();
      window = end.toString();
      windowShown = Terminal.harmless(row.get(WINDOW_START) + " to " + window);
    }
    Object texts = group(row);
    boolean first = result.kind() == Result.Kind.ROW && !rows.containsKey(texts);
    Object group = first ? number++ : texts;
    if (result.isDeleted()) {
      rows.remove(group);
    } else {
      rows.put(group, row);
    }
  }

  private static List<@Nullable Object> group(Map<String, @Nullable Object> row) {
    List<@Nullable Object> group = new ArrayList<>();
    row.forEach(
        (column, value) -> {
          if (value instanceof String || column.equals(WINDOW_START)) {
            group.add(value);
          }
        });
    return group;
  }

  /** The window of the rows, for people; empty for a query without windows. */
  String window() {
    return windowShown;
  }

  /** The row but for its window, which all rows shown have in common. */
  static Map<String, @Nullable Object> withoutWindow(Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> rest = new LinkedHashMap<>(row);
    rest.remove(WINDOW_START);
    rest.remove(WINDOW_END);
    return rest;
  }

  List<Map<String, @Nullable Object>> all() {
    return new ArrayList<>(rows.values());
  }
}
