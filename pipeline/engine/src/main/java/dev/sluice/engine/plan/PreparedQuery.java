package dev.sluice.engine.plan;

import java.util.List;

/**
 * What is computed for a query, and what its author called the columns.
 *
 * @param plans whose rows are those of the query, all of them; their columns have the same types
 * @param names a name per {@link QueryPlan#output()} column, unique
 */
public record PreparedQuery(List<QueryPlan> plans, List<String> names) {
  public PreparedQuery {
    plans = List.copyOf(plans);
    names = List.copyOf(names);
    for (QueryPlan plan : plans) {
      if (names.size() != plan.output().size()) {
        throw new IllegalArgumentException(
            names.size() + " names of " + plan.output().size() + " columns");
      }
    }
  }

  public PreparedQuery(QueryPlan plan, List<String> names) {
    this(List.of(plan), names);
  }

  /** The plan of a query that has but one. */
  public QueryPlan plan() {
    if (plans.size() != 1) {
      throw new IllegalStateException(plans.size() + " plans");
    }
    return plans.get(0);
  }
}
