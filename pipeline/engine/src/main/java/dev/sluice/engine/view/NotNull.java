package dev.sluice.engine.view;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.InputColumn;
import dev.sluice.engine.plan.Aggregate.Function;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import java.util.List;
import java.util.Set;

/** Which result columns are never NULL, where that shows at once; any other may be. */
final class NotNull {
  private static final Set<Function> COUNTS =
      Set.of(
          Function.COUNT_ALL,
          Function.COUNT,
          Function.COUNT_DISTINCT,
          Function.APPROX_COUNT_DISTINCT);

  private final QueryPlan plan;

  NotNull(QueryPlan plan) {
    this.plan = plan;
  }

  boolean is(Expression result) {
    Grouping grouping = plan.grouping();
    if (grouping == null) {
      return isOfEvent(result);
    }
    if (!(result instanceof InputColumn column)) {
      return false;
    }
    int aggregate = column.index() - grouping.keys().size();
    if (aggregate < 0) {
      return isOfEvent(grouping.keys().get(column.index()));
    }
    // After the aggregates there are the window's edges.
    return aggregate >= grouping.aggregates().size()
        || COUNTS.contains(grouping.aggregates().get(aggregate).function());
  }

  private boolean isOfEvent(Expression value) {
    if (!(value instanceof InputColumn column)) {
      return false;
    }
    int index = column.index();
    if (index < plan.stream().fields().size()) {
      return !plan.stream().fields().get(index).nullable();
    }
    return List.of(PseudoColumn.values()).stream()
        .anyMatch(pseudo -> pseudo.index(plan.stream()) == index && !pseudo.nullable());
  }
}
