package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.model.event.EventBatch;

/** Makes rows of events, and hands them to another operator. */
final class ExpandOperator extends OperatorBefore {
  private final EventRows eventRows;
  private final Operator operator;

  ExpandOperator(EventRows eventRows, Operator operator) {
    super(operator);
    this.eventRows = eventRows;
    this.operator = operator;
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    eventRows.hand(
        batch, events, accounting, (made, rows, own) -> operator.add(made, rows, own, sink));
  }
}
