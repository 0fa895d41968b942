package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.model.event.EventBatch;

/** Tumbling windows: each leaves once, when the watermark has passed its end. */
final class WindowOperator implements Operator {
  private final Grouping grouping;
  private final Tumble window;
  private final boolean changes;
  private final ClosingWindows closing;
  private final OpenWindows open;

  /**
   * @param changes whether early rows are sent
   */
  WindowOperator(QueryPlan plan, Grouping grouping, Tumble window, boolean changes) {
    this.grouping = grouping;
    this.window = window;
    this.changes = changes;
    this.closing = new ClosingWindows(plan, grouping, window);
    this.open = new OpenWindows(plan, grouping, closing);
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
            (start, end, inputs, rows, count) ->
                open.get(start, end).add(inputs, rows, count, changes));
  }

  @Override
  public void advance(long watermark, RowSink sink) {
    open.closeThrough(watermark, sink);
    closing.through(watermark, sink);
  }

  @Override
  public boolean hasEarly() {
    return changes && open.haveChanged();
  }

  @Override
  public void early(RowSink sink) {
    open.sendChanged(sink);
  }

  @Override
  public void finish(RowSink sink) {
    open.sendAll(sink);
  }

  @Override
  public int groups() {
    return closing.groups() + open.groups();
  }

  @Override
  public long bytes() {
    return closing.bytes() + open.bytes();
  }
}
