package dev.sluice.engine.aggregate;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import java.util.List;

/**
 * Rows of a batch as a table of groups takes them.
 *
 * @param keys a column per key
 * @param arguments a column per aggregate
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; they are never compared
public record Inputs(Column[] keys, Column[] arguments, Order order) {

  /** Evaluates a grouping's keys and arguments for the selected rows. */
  public static Inputs of(Grouping grouping, Rows rows, EventBatch batch) {
    List<Aggregate> aggregates = grouping.aggregates();
    Column[] arguments = new Column[aggregates.size()];
    for (int i = 0; i < arguments.length; i++) {
      Expression argument = aggregates.get(i).argument();
      arguments[i] = argument == null ? Counts.EVERY_ROW : argument.evaluate(rows);
    }
    return new Inputs(GroupTable.evaluate(grouping.keys(), rows), arguments, Order.of(batch));
  }
}
