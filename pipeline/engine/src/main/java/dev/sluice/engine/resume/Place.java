package dev.sluice.engine.resume;

import org.jspecify.annotations.Nullable;

/** Where somebody is in a query's result: what is before it was had, what is after it was not. */
public sealed interface Place {

  /**
   * In a query by windows: a time, not an offset.
   *
   * @param window start of the window whose rows are being had, ms of the epoch; {@link
   *     Long#MIN_VALUE} before every window. The rows of all windows before it were had.
   * @param rows of this window that were had
   */
  record InWindow(long window, long rows) implements Place {}

  /**
   * In a query by sessions, which leave in the order of their ends: a time, not an offset.
   *
   * @param first sessions that start before it are not of the query, ms of the epoch; {@link
   *     Long#MIN_VALUE} if all are
   * @param from no session that is not had, and no event that is not read, is before it, ms of the
   *     epoch; {@link Long#MIN_VALUE} for the beginning of the log
   * @param end of the sessions that are being had, ms of the epoch; {@link Long#MIN_VALUE} before
   *     every session. Those that end before it were had.
   * @param rows of the sessions with this end that were had
   */
  record InSessions(long first, long from, long end, long rows) implements Place {}

  /**
   * In a filter's rows.
   *
   * @param from first event time that the query has, ms of the epoch; {@link Long#MIN_VALUE} for
   *     none
   * @param at the records before it were had
   */
  record InLog(long from, Offsets at) implements Place {}

  /**
   * In a running total, which is read again from its beginning.
   *
   * @param from first event time that the query has, ms of the epoch; {@link Long#MIN_VALUE} for
   *     none
   * @param begin where its log begins; null: where {@code from} is
   * @param rows of the final ones that were had
   */
  record InTotal(long from, @Nullable Offsets begin, long rows) implements Place {}

  /** After the last row: there is nothing more to come. */
  record AtEnd() implements Place {}

  /**
   * Of two places in the same query the one after the other; in a filter's rows the one after both.
   */
  static Place furthest(Place a, Place b) {
    if (a instanceof InWindow first && b instanceof InWindow second) {
      boolean after =
          first.window == second.window ? first.rows > second.rows : first.window > second.window;
      return after ? a : b;
    }
    if (a instanceof InSessions first && b instanceof InSessions second) {
      boolean after = first.end == second.end ? first.rows > second.rows : first.end > second.end;
      return after ? a : b;
    }
    if (a instanceof InLog first && b instanceof InLog second) {
      return new InLog(second.from, first.at.furthest(second.at));
    }
    if (a instanceof InTotal first && b instanceof InTotal second) {
      return first.rows > second.rows ? a : b;
    }
    return a instanceof AtEnd ? a : b;
  }
}
