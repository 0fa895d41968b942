package dev.sluice.engine.view;

import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.ViewSource.Kind;
import java.util.List;

/**
 * What a view computes.
 *
 * @param plan without ranking, limit, inner grouping and fill
 * @param fields its result columns, in the order of {@link QueryPlan#output()}
 * @param key which of the fields tell its rows apart: the window's start and end, and what is
 *     grouped by. Empty where they do not list all of that, and of a running total without GROUP
 *     BY, which is one row
 */
public record ViewPlan(QueryPlan plan, List<Field> fields, List<Integer> key) {
  public ViewPlan {
    fields = List.copyOf(fields);
    key = List.copyOf(key);
  }

  public Kind kind() {
    if (plan.grouping() == null) {
      return Kind.DERIVED;
    }
    return plan.window() == null ? Kind.TOTAL : Kind.WINDOWED;
  }
}
