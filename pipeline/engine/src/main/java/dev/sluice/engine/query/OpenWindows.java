package dev.sluice.engine.query;

import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The windows that have not ended, in the order of their ends; all of one size. */
final class OpenWindows {
  private final QueryPlan plan;
  private final Grouping grouping;
  private final ClosingWindows closing;
  private final TreeMap<Long, WindowGroups> byEnd = new TreeMap<>();

  OpenWindows(QueryPlan plan, Grouping grouping, ClosingWindows closing) {
    this.plan = plan;
    this.grouping = grouping;
    this.closing = closing;
  }

  /** The window that begins and ends then, ms of the epoch; it is opened if it is not. */
  WindowGroups get(long start, long end) {
    return byEnd.computeIfAbsent(end, e -> new WindowGroups(plan, grouping, start, e));
  }

  /** Closes those that end by then, ms of the epoch. */
  void closeThrough(long watermark, RowSink sink) {
    while (!byEnd.isEmpty() && byEnd.firstKey() <= watermark) {
      closing.close(byEnd.pollFirstEntry().getValue(), sink);
    }
  }

  boolean haveChanged() {
    return own().anyMatch(WindowGroups::hasChanged);
  }

  void sendChanged(RowSink sink) {
    own().filter(WindowGroups::hasChanged).forEach(groups -> groups.sendChanged(sink));
  }

  /** Sends what they have so far. */
  void sendAll(RowSink sink) {
    own().forEach(groups -> groups.sendAll(Kind.UPDATE, sink));
  }

  private Stream<WindowGroups> own() {
    return byEnd.values().stream().filter(groups -> closing.has(groups.start()));
  }

  int groups() {
    int groups = 0;
    for (WindowGroups window : byEnd.values()) {
      groups += window.size();
    }
    return groups;
  }

  long bytes() {
    long bytes = 0;
    for (WindowGroups window : byEnd.values()) {
      bytes += window.bytes();
    }
    return bytes;
  }
}
