package dev.sluice.engine.plan;

import java.util.List;

/**
 * A plan and what its author called the columns.
 *
 * @param names a name per {@link QueryPlan#output()} column, unique
 */
public record PreparedQuery(QueryPlan plan, List<String> names) {
  public PreparedQuery {
    names = List.copyOf(names);
    if (names.size() != plan.output().size()) {
      throw new IllegalArgumentException(
          names.size() + " names of " + plan.output().size() + " columns");
    }
  }
}
