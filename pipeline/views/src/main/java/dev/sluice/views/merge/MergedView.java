package dev.sluice.views.merge;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.stream.ViewSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the merge must know of a view.
 *
 * @param generation what its deltas are told by
 * @param stream its rows
 * @param plan one that groups
 * @param target the stream that its rows are events of too; null: none
 */
public record MergedView(
    long generation, CatalogStream stream, QueryPlan plan, @Nullable CatalogStream target) {

  public MergedView {
    Objects.requireNonNull(plan.grouping());
  }

  /**
   * When the first of the windows starts that are its own, ms of the epoch; {@link Long#MIN_VALUE}
   * if all are. Its topic begins with the rows of those before.
   */
  long from() {
    ViewSource made = stream.definition().view();
    return made == null || made.from() == null ? Long.MIN_VALUE : made.from().toEpochMilli();
  }

  Grouping grouping() {
    return Objects.requireNonNull(plan.grouping());
  }
}
