package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Expansion;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import org.jspecify.annotations.Nullable;

/** What a query does with the events that are its own. One thread at a time. */
interface Operator {

  /**
   * @param changes whether early rows are sent
   * @param bounded whether what is asked for ends
   */
  static Operator of(QueryPlan plan, boolean changes, boolean bounded) {
    Grouping inner = plan.inner();
    Operator rows = ofRows(plan, changes, bounded);
    if (inner != null) {
      Operator windows = ofRows(NestedOperator.inner(plan, inner), false, true);
      rows = new NestedOperator(windows, rows, plan.lead());
    }
    Expansion expansion = plan.expansion();
    return expansion == null ? rows : new ExpandOperator(new EventRows(plan, expansion), rows);
  }

  private static Operator ofRows(QueryPlan plan, boolean changes, boolean bounded) {
    Grouping grouping = plan.grouping();
    if (grouping == null) {
      return new FilterOperator(plan);
    }
    Window window = grouping.window();
    if (window == null) {
      return new TotalOperator(plan, grouping, changes || !bounded);
    }
    if (window instanceof Tumble tumble) {
      return new WindowOperator(plan, grouping, tumble, changes);
    }
    return window instanceof Hop hop
        ? new HopOperator(plan, grouping, hop, changes)
        : new SessionOperator(plan, grouping, (Session) window, changes);
  }

  /**
   * Says where it begins, before all else.
   *
   * @param first windows that begin before it are not of the query, ms of the epoch; {@link
   *     Long#MIN_VALUE} if all are
   */
  default void begin(long first) {}

  /**
   * A time that no open session begins before, and none of what it sends just now; {@link
   * Long#MAX_VALUE} if there is none.
   */
  default long oldestOpen() {
    return Long.MAX_VALUE;
  }

  /**
   * Takes events of a batch. Accounts each of them as late or counted.
   *
   * @param events over the stream's fields
   */
  void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink);

  /** Sends what is final at this watermark, ms of the epoch; it never goes back. */
  void advance(long watermark, RowSink sink);

  /** Whether early rows wait to be sent. */
  boolean hasEarly();

  /** Sends the early rows of what has changed since the last time. */
  void early(RowSink sink);

  /** Sends what there is at the end of the log that was asked for. */
  void finish(RowSink sink);

  /** Number of groups held. */
  int groups();

  /** About how many bytes of heap they take. */
  long bytes();

  /** Where rows go. */
  interface RowSink {
    /**
     * Rows of groups. Final rows of a window come in one call or in several after each other, the
     * rows of each window always in the same order.
     *
     * @param keys the group of each row
     * @param window start of the window of all rows, for sessions its end; {@link Long#MAX_VALUE}
     *     where there is no window
     * @param marked bitmap of the early rows that are taken back, or of the final rows that were
     *     filled in; null: none
     */
    void rows(
        Kind kind,
        Column[] keys,
        Column[] columns,
        int rows,
        long window,
        long @Nullable [] marked);

    /**
     * Final rows, one of each of these rows of events, in the order of their offsets. Rows of one
     * event have its offset, and come in one call.
     */
    void events(Column[] columns, EventBatch batch, Rows events);
  }
}
