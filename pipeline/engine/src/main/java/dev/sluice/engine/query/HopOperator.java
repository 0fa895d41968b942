package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.EventBatch;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hopping windows. Every event is added to one pane; a window's groups are those of its panes,
 * merged when it closes. With early rows the panes are what has come since the last of them, and
 * are merged into all their windows each time.
 *
 * <p>Whether an event counts in a window is decided by its own partition's watermark before it, as
 * for all windows. One that is late for some of its windows is in a pane that the later ones share.
 */
final class HopOperator implements Operator {
  private final QueryPlan plan;
  private final Grouping grouping;
  private final Hop window;
  private final boolean changes;
  private final TreeMap<Pane, GroupTable> panes = new TreeMap<>();
  private final ClosingWindows closing;
  private final OpenWindows early;
  private long closed = Long.MIN_VALUE;

  /**
   * Events that count in the same windows.
   *
   * @param start of the pane
   * @param firstEnd end of the first window that they count in; the last is the last that has them
   */
  private record Pane(long start, long firstEnd) implements Comparable<Pane> {
    private static final Comparator<Pane> ORDER =
        Comparator.comparingLong(Pane::start).thenComparingLong(Pane::firstEnd);

    @Override
    public int compareTo(Pane other) {
      return ORDER.compare(this, other);
    }

    /** Before all panes that start there. */
    static Pane at(long start) {
      return new Pane(start, Long.MIN_VALUE);
    }
  }

  /**
   * @param changes whether early rows are sent
   */
  HopOperator(QueryPlan plan, Grouping grouping, Hop window, boolean changes) {
    this.plan = plan;
    this.grouping = grouping;
    this.window = window;
    this.changes = changes;
    this.closing = new ClosingWindows(plan, grouping, window);
    this.early = new OpenWindows(plan, grouping, closing);
  }

  @Override
  public void begin(long first) {
    closing.begin(first);
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    EventRuns.inTime(window, batch, events)
        .hand(
            grouping,
            batch,
            events,
            accounting,
            (start, firstEnd, inputs, rows, count) ->
                panes
                    .computeIfAbsent(new Pane(start, firstEnd), p -> new GroupTable(grouping))
                    .add(inputs, rows, count));
  }

  @Override
  public void advance(long watermark, RowSink sink) {
    if (changes) {
      settle(watermark);
      early.closeThrough(watermark, sink);
    } else {
      sendThrough(watermark, Kind.ROW, sink);
    }
    closing.through(watermark, sink);
  }

  /** Sends the windows that end by then, and drops the panes that no other window has. */
  private void sendThrough(long time, Kind kind, RowSink sink) {
    while (!panes.isEmpty()) {
      long end = window.endAfter(Math.max(panes.firstKey().start(), closed));
      if (end > time) {
        return;
      }
      WindowGroups groups = merged(end);
      if (groups != null && kind == Kind.ROW) {
        closing.close(groups, sink);
      } else if (groups != null && closing.has(groups.start())) {
        groups.sendAll(kind, sink);
      }
      closed = end;
      panes.headMap(Pane.at(end - window.size() + window.slide())).clear();
    }
  }

  private @Nullable WindowGroups merged(long end) {
    long start = end - window.size();
    if (!closing.needs(start)) {
      return null;
    }
    WindowGroups groups = new WindowGroups(plan, grouping, start, end);
    panes
        .subMap(Pane.at(start), Pane.at(end))
        .forEach(
            (pane, part) -> {
              if (pane.firstEnd() <= end) {
                groups.merge(part, false);
              }
            });
    return groups;
  }

  /** Merges the panes into their windows, if one of these ends by then. */
  private void settle(long time) {
    if (panes.keySet().stream().noneMatch(pane -> pane.firstEnd() <= time)) {
      return;
    }
    for (Map.Entry<Pane, GroupTable> pane : panes.entrySet()) {
      long lastEnd = window.lastEnd(pane.getKey().start());
      for (long end = pane.getKey().firstEnd(); end <= lastEnd; end += window.slide()) {
        if (closing.needs(end - window.size())) {
          early.get(end - window.size(), end).merge(pane.getValue(), true);
        }
      }
    }
    panes.clear();
  }

  @Override
  public boolean hasEarly() {
    return changes && (!panes.isEmpty() || early.haveChanged());
  }

  @Override
  public void early(RowSink sink) {
    settle(Long.MAX_VALUE);
    early.sendChanged(sink);
  }

  @Override
  public void finish(RowSink sink) {
    if (changes) {
      settle(Long.MAX_VALUE);
      early.sendAll(sink);
    } else {
      sendThrough(Long.MAX_VALUE, Kind.UPDATE, sink);
    }
  }

  @Override
  public int groups() {
    int groups = closing.groups() + early.groups();
    for (GroupTable pane : panes.values()) {
      groups += pane.size();
    }
    return groups;
  }

  @Override
  public long bytes() {
    long bytes = closing.bytes() + early.bytes();
    for (GroupTable pane : panes.values()) {
      bytes += pane.bytes();
    }
    return bytes;
  }
}
