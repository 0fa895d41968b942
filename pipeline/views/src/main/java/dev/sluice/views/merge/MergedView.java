package dev.sluice.views.merge;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import java.util.Objects;

/**
 * What the merge must know of a view.
 *
 * @param generation what its deltas are told by
 * @param stream its rows
 * @param plan one that groups
 */
public record MergedView(long generation, CatalogStream stream, QueryPlan plan) {

  public MergedView {
    Objects.requireNonNull(plan.grouping());
  }

  Grouping grouping() {
    return Objects.requireNonNull(plan.grouping());
  }
}
