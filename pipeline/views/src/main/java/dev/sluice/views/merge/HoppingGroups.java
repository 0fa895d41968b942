package dev.sluice.views.merge;

import dev.sluice.engine.aggregate.StateMerger;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.query.WrittenGroups;
import dev.sluice.views.delta.Delta;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Hopping windows: a group of each pane is an entry, at the end of the first window that it counts
 * in. It is there until its last window has closed.
 */
final class HoppingGroups implements MergedGroups {
  private final long generation;
  private final Hop hop;
  private final GroupStore store;
  private final StateMerger merger;
  private final WrittenGroups window;
  private final RowWriter rows;
  private final long from;

  HoppingGroups(MergedView view, Hop hop, GroupStore store, RowWriter rows) {
    this.generation = view.generation();
    this.hop = hop;
    this.store = store;
    this.merger = new StateMerger(view.grouping());
    this.window = new WrittenGroups(view.plan());
    this.rows = rows;
    this.from = view.from();
  }

  @Override
  public void add(Delta delta, long time) {
    Bytes key = StoreKey.of(generation, delta.end(), delta.start(), delta.group());
    store.merge(key, delta.state(), merger);
  }

  @Override
  public void close(long before, long through) {
    if (before >= hop.endAtOrBefore(through)) {
      return;
    }
    long closed = before;
    for (Long end = next(closed, through); end != null; end = next(closed, through)) {
      close(end);
      closed = end;
    }
  }

  /** End of the first window after one that has panes, and ends by a time; null if none has. */
  private @Nullable Long next(long closed, long through) {
    Bytes first = store.first(StoreKey.first(generation), StoreKey.after(generation, through));
    if (first == null) {
      return null;
    }
    long end = StoreKey.end(first);
    if (closed != Long.MIN_VALUE) {
      end = Math.max(end, hop.endAfter(closed));
    }
    return end <= through ? end : null;
  }

  private void close(long end) {
    store.each(
        StoreKey.first(generation),
        StoreKey.after(generation, end),
        (key, state) -> {
          if (end - hop.size() >= from) {
            window.add(end - hop.size(), end, StoreKey.group(key), state);
          }
          if (hop.lastEnd(StoreKey.start(key)) <= end) {
            store.remove(key, state);
          }
        });
    window.send(rows::ofWindow);
  }
}
