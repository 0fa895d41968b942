package dev.sluice.views.merge;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.aggregate.StateMerger;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.query.WrittenGroups;
import dev.sluice.views.delta.Delta;
import org.apache.kafka.common.utils.Bytes;

/** Running totals: a group is an entry that stays, and each of its deltas is a row. */
final class TotalGroups implements MergedGroups {
  private final long generation;
  private final Grouping grouping;
  private final GroupStore store;
  private final StateMerger merger;
  private final WrittenGroups one;
  private final RowWriter rows;

  TotalGroups(MergedView view, GroupStore store, RowWriter rows) {
    this.generation = view.generation();
    this.grouping = view.grouping();
    this.store = store;
    this.merger = new StateMerger(view.grouping());
    this.one = new WrittenGroups(view.plan());
    this.rows = rows;
  }

  /** A total without GROUP BY is a row whatever comes. */
  @Override
  public void begin(long time) {
    if (!grouping.keys().isEmpty()) {
      return;
    }
    GroupTable nothing = new GroupTable(grouping);
    nothing.addEmptyGroup();
    byte[] group = nothing.key(0);
    Delta first = new Delta(generation, group, Long.MAX_VALUE, Long.MAX_VALUE, nothing.state(0));
    if (rows.isHere(first) && store.get(keyOf(group)) == null) {
      add(first, time);
    }
  }

  private Bytes keyOf(byte[] group) {
    return StoreKey.of(generation, Long.MAX_VALUE, Long.MAX_VALUE, group);
  }

  @Override
  public void add(Delta delta, long time) {
    Bytes key = keyOf(delta.group());
    byte[] before = store.get(key);
    byte[] state = before == null ? delta.state() : merger.merge(before, delta.state());
    store.put(key, before, state);
    if (!write(delta.group(), state, rows.ofTotals(time)) && before != null) {
      write(delta.group(), before, rows.takingBack(time));
    }
  }

  /** Whether HAVING lets it through. */
  private boolean write(byte[] group, byte[] state, WrittenGroups.Sink sink) {
    boolean[] let = {false};
    one.add(Long.MAX_VALUE, Long.MAX_VALUE, group, state);
    one.send(
        (keys, columns, count, end) -> {
          let[0] = true;
          sink.rows(keys, columns, count, end);
        });
    return let[0];
  }

  @Override
  public void close(long before, long through) {}
}
