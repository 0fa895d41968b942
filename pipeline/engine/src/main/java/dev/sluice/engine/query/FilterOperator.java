package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;

/** A filter and projection: each event is a row, at once. */
final class FilterOperator implements Operator {
  private final QueryPlan plan;

  FilterOperator(QueryPlan plan) {
    this.plan = plan;
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    accounting.counted += events.count();
    Column[] output = Columns.gather(GroupTable.evaluate(plan.output(), events), events);
    sink.events(output, batch, events);
  }

  @Override
  public void advance(long watermark, RowSink sink) {}

  @Override
  public boolean hasEarly() {
    return false;
  }

  @Override
  public void early(RowSink sink) {}

  @Override
  public void finish(RowSink sink) {}

  @Override
  public int groups() {
    return 0;
  }

  @Override
  public long bytes() {
    return 0;
  }
}
