package dev.sluice.engine.query;

import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Sends windows as they end, in their order: those that had events, and those in which groups that
 * were seen of late are silent, if they are to be filled.
 */
final class ClosingWindows {
  private final QueryPlan plan;
  private final Grouping grouping;
  private final Window window;
  private final @Nullable SilentGroups silent;
  private final long warmUp;
  private long first = Long.MIN_VALUE;
  private long next = Long.MIN_VALUE;

  ClosingWindows(QueryPlan plan, Grouping grouping, Window window) {
    this.plan = plan;
    this.grouping = grouping;
    this.window = window;
    Fill fill = plan.fill();
    this.silent = fill == null ? null : new SilentGroups(grouping, fill, window.slide());
    this.warmUp = plan.lead();
  }

  /** Sends none that begins before this time, ms of the epoch. */
  void begin(long firstStart) {
    first = firstStart;
  }

  /** Whether a window that starts then is to be computed. */
  boolean needs(long start) {
    return first == Long.MIN_VALUE || start >= first - warmUp;
  }

  /** Whether a window that starts then is the query's. */
  boolean has(long start) {
    return start >= first;
  }

  /** Sends a window that has ended, if it had events, after the silent ones before it. */
  void close(WindowGroups groups, RowSink sink) {
    if (groups.size() > 0) {
      sendSilent(groups.start() - window.slide(), sink);
      send(groups, sink);
    }
  }

  /** Sends the silent windows that have ended by then, ms of the epoch. */
  void through(long watermark, RowSink sink) {
    if (watermark != Long.MIN_VALUE) {
      sendSilent(watermark - window.span(), sink);
    }
  }

  private void sendSilent(long lastStart, RowSink sink) {
    while (silent != null && silent.areExpectedAt(next) && next <= lastStart) {
      send(new WindowGroups(plan, grouping, next, next + window.span()), sink);
    }
  }

  private void send(WindowGroups groups, RowSink sink) {
    if (silent != null) {
      silent.meet(groups, has(groups.start()));
      next = groups.start() + window.slide();
    }
    if (has(groups.start())) {
      groups.sendAll(Kind.ROW, sink);
    }
  }

  /** Groups held beyond those of the windows. */
  int groups() {
    return silent == null ? 0 : silent.size();
  }

  long bytes() {
    return silent == null ? 0 : silent.bytes();
  }
}
