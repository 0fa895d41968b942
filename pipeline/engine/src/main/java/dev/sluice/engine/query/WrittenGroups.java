package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The final rows of groups that come written, each as its key and its aggregates: what they would
 * be in a live query that had added their events itself. Used by one thread.
 */
public final class WrittenGroups {
  private final QueryPlan plan;
  private final Grouping grouping;
  private final TreeMap<Long, WindowGroups> byEnd = new TreeMap<>();
  private final @Nullable SessionOperator sessions;

  /** Where rows go. */
  public interface Sink {
    /**
     * Rows of one window, or of sessions that end at the same time, in the order of their groups.
     *
     * @param keys the group of each row: a column per key of the grouping
     * @param columns the result's columns
     * @param end of the window of all rows, ms of the epoch; {@link Long#MAX_VALUE} for running
     *     totals
     */
    void rows(Column[] keys, Column[] columns, int rows, long end);
  }

  /**
   * @param plan one that groups
   */
  public WrittenGroups(QueryPlan plan) {
    this.plan = plan;
    this.grouping = Objects.requireNonNull(plan.grouping());
    this.sessions =
        grouping.window() instanceof Session session
            ? new SessionOperator(plan, grouping, session, false)
            : null;
  }

  /**
   * Adds a part of a group: of a window, of a running total, or of a session, where parts that are
   * not the gap apart become one.
   *
   * @param start of the window or session, ms of the epoch; {@link Long#MAX_VALUE} for running
   *     totals
   * @param end of the window; that of a session is the gap after its last event
   * @param key as {@link dev.sluice.engine.aggregate.GroupTable#key} wrote it
   * @param state as {@link dev.sluice.engine.aggregate.GroupTable#state} wrote it
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  public void add(long start, long end, byte[] key, byte[] state) {
    if (sessions != null) {
      sessions.add(start, end, key, state);
    } else {
      byEnd
          .computeIfAbsent(end, e -> new WindowGroups(plan, grouping, start, e))
          .table()
          .merge(key, state);
    }
  }

  /**
   * Sends the rows of all groups that HAVING lets through, in the order of their windows' ends, and
   * forgets the groups.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_OVERFLOW
   */
  public void send(Sink sink) {
    if (sessions != null) {
      sessions.advance(Long.MAX_VALUE, new Rowed(Long.MIN_VALUE, sink));
    } else {
      byEnd.forEach((end, groups) -> groups.sendAll(Kind.ROW, new Rowed(end, sink)));
      byEnd.clear();
    }
  }

  /** What an operator sends, with the window's end. */
  private final class Rowed implements Operator.RowSink {
    private final long end;
    private final Sink sink;

    Rowed(long end, Sink sink) {
      this.end = end;
      this.sink = sink;
    }

    @Override
    public void rows(
        Kind kind,
        Column[] keys,
        Column[] columns,
        int rows,
        long window,
        long @Nullable [] marked) {
      Column[] group = Arrays.copyOf(keys, grouping.keys().size());
      sink.rows(group, columns, rows, sessions == null ? end : window);
    }

    @Override
    public void events(Column[] columns, EventBatch batch, Rows events) {
      throw new IllegalStateException("groups have no events");
    }
  }
}
