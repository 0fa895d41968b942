package dev.sluice.engine.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs on this gateway, to be looked at and ended. Quick, and waits for no query. */
public interface RunningQueries {

  /** Every question that is being answered, in no order. */
  List<RunningQuery> runningQueries();

  /** The one with this id; null if none runs. */
  @Nullable RunningQuery runningQuery(String id);

  /**
   * Ends all computations of a question. Each subscriber's last event is the error QUERY_DELETED,
   * whose id is that of the query's end: who goes on after it is told that nothing is to come.
   * Whoever asks anew begins it anew.
   *
   * @return false if there is none
   */
  boolean delete(String id);
}
