package dev.sluice.views.merge;

import dev.sluice.engine.aggregate.StateMerger;
import dev.sluice.engine.query.WrittenGroups;
import dev.sluice.views.delta.Delta;
import org.apache.kafka.common.utils.Bytes;

/** Tumbling windows: a group of each is an entry. */
final class TumblingGroups implements MergedGroups {
  private final long generation;
  private final GroupStore store;
  private final StateMerger merger;
  private final WrittenGroups window;
  private final RowWriter rows;
  private final long from;
  private long windowEnd = Long.MIN_VALUE;

  TumblingGroups(MergedView view, GroupStore store, RowWriter rows) {
    this.generation = view.generation();
    this.store = store;
    this.merger = new StateMerger(view.grouping());
    this.window = new WrittenGroups(view.plan());
    this.rows = rows;
    this.from = view.from();
  }

  @Override
  public void add(Delta delta, long time) {
    if (delta.start() < from) {
      return;
    }
    Bytes key = StoreKey.of(generation, delta.end(), delta.start(), delta.group());
    store.merge(key, delta.state(), merger);
  }

  @Override
  public void close(long before, long through) {
    store.each(
        StoreKey.first(generation),
        StoreKey.after(generation, through),
        (key, state) -> {
          close(StoreKey.start(key), StoreKey.end(key), StoreKey.group(key), state);
          store.remove(key, state);
        });
    window.send(rows::ofWindow);
  }

  /** A window's rows leave before the next one's groups are read: there may be many. */
  private void close(long start, long end, byte[] group, byte[] state) {
    if (end != windowEnd) {
      window.send(rows::ofWindow);
      windowEnd = end;
    }
    window.add(start, end, group, state);
  }
}
