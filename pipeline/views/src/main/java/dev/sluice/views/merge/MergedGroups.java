package dev.sluice.views.merge;

import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.views.delta.Delta;

/** The groups of one view in one partition, put together from deltas. */
interface MergedGroups {

  static MergedGroups of(MergedView view, GroupStore store, RowWriter rows) {
    Grouping grouping = view.grouping();
    Window window = grouping.window();
    if (window == null) {
      return new TotalGroups(view, store, rows);
    }
    if (window instanceof Session session) {
      return new SessionGroups(view, session, store, rows);
    }
    return window instanceof Hop hop
        ? new HoppingGroups(view, hop, store, rows)
        : new TumblingGroups(view, store, rows);
  }

  /**
   * Merges a delta into its group.
   *
   * @param time of its record, ms of the epoch
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT, and what the rows of a
   *     running total fail with
   */
  void add(Delta delta, long time);

  /**
   * Writes the row that there is of no events. Called once, when there is a watermark.
   *
   * @param time of the record that tells it, ms of the epoch
   */
  default void begin(long time) {}

  /**
   * Writes the rows of what ends by a time, and forgets it.
   *
   * @param before up to which it was done; {@link Long#MIN_VALUE} if never
   * @param through ms of the epoch
   * @throws dev.sluice.model.problem.ProblemException what results fail with: QUERY_OVERFLOW …
   */
  void close(long before, long through);
}
