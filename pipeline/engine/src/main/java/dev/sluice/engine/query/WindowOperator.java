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
    inTime(batch, events)
        .hand(
            grouping,
            batch,
            events,
            accounting,
            (start, end, inputs, rows, count) ->
                open.get(start, end).add(inputs, rows, count, changes));
  }

  /**
   * An event is late exactly if its own partition's watermark had passed its window's end before
   * it.
   */
  private EventRuns inTime(EventBatch batch, Rows events) {
    long[] times = batch.log().eventTime();
    long[] watermarks = batch.log().watermark();
    int[] selected = events.selected();
    long size = window.size();
    long start = Long.MAX_VALUE;
    EventRuns runs = new EventRuns(events.count());
    for (int i = 0; i < events.count(); i++) {
      int row = selected[i];
      long time = times[row];
      if (time < start || time - start >= size) {
        start = window.startAtOrBefore(time);
      }
      if (watermarks[row] < start + size) {
        runs.keep(row, start, start + size);
      }
    }
    return runs;
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
