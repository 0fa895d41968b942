package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.Inputs;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.EventBatch;

/**
 * A running total: it changes for as long as events come, so while it runs on its rows are early
 * until the end of what was asked for. Nothing is late for it.
 */
final class TotalOperator implements Operator {
  private final Grouping grouping;
  private final WindowGroups groups;
  private final boolean changes;

  /**
   * @param changes whether early rows are sent
   */
  TotalOperator(QueryPlan plan, Grouping grouping, boolean changes) {
    this.grouping = grouping;
    this.changes = changes;
    this.groups = new WindowGroups(plan, grouping, Long.MAX_VALUE, Long.MAX_VALUE);
    if (grouping.keys().isEmpty()) {
      groups.addEmptyGroup();
    }
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    accounting.counted += events.count();
    groups.add(Inputs.of(grouping, events, batch), events.selected(), events.count(), changes);
  }

  @Override
  public void advance(long watermark, RowSink sink) {}

  @Override
  public boolean hasEarly() {
    return changes && groups.hasChanged();
  }

  @Override
  public void early(RowSink sink) {
    groups.sendChanged(sink);
  }

  @Override
  public void finish(RowSink sink) {
    groups.sendAll(Kind.ROW, sink);
  }

  @Override
  public int groups() {
    return groups.size();
  }

  @Override
  public long bytes() {
    return groups.bytes();
  }
}
