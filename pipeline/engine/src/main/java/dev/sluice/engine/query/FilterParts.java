package dev.sluice.engine.query;

import dev.sluice.engine.expression.Conjuncts;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan's filter, before and after its events are joined.
 *
 * @param before of the stream's columns alone, and shared with who filters the stream alike
 * @param after of the columns of joins too
 */
record FilterParts(@Nullable Expression before, @Nullable Expression after) {

  static FilterParts of(QueryPlan plan) {
    if (plan.joins().isEmpty()) {
      return new FilterParts(plan.filter(), null);
    }
    int joined = PseudoColumn.end(plan.stream());
    List<Expression> before = new ArrayList<>();
    List<Expression> after = new ArrayList<>();
    boolean mayFail = false;
    for (Expression condition : Conjuncts.of(plan.filter())) {
      mayFail |= Conjuncts.mayFail(condition);
      boolean early = !mayFail && !PseudoColumn.isAnyIn(condition.toString(), joined);
      (early ? before : after).add(condition);
    }
    return new FilterParts(all(before), all(after));
  }

  private static @Nullable Expression all(List<Expression> conditions) {
    return conditions.isEmpty() ? null : Expressions.and(conditions);
  }
}
