package dev.sluice.engine.query;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.SqlPlanner;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plans of the questions asked last, so that a thousand subscribers that come back at once are not
 * a thousand runs of the planner. A change of any stream forgets them all. Any thread.
 */
final class Plans {
  private static final int KEPT = 256;

  /** Longer questions are rare, and would make the bound one of megabytes. */
  private static final int MOST_KEPT_CHARS = 4_096;

  private final SqlPlanner planner;
  private final Map<Asked, Planned> kept = new LinkedHashMap<>(KEPT, 0.75f, true);
  private long changes;

  Plans(SqlPlanner planner, Streams streams) {
    this.planner = planner;
    streams.onChange(name -> forget());
  }

  /**
   * A plan and what follows from it alone.
   *
   * @param hash by which resume tokens know the plan
   * @param encoder of its rows, under the names of its columns
   */
  record Planned(PreparedQuery query, String digest, long hash, RowEncoder encoder) {}

  private record Asked(String sql, Filling filling) {}

  /**
   * @throws dev.sluice.model.problem.ProblemException QUERY_…
   */
  Planned plan(String sql, Filling filling) {
    Asked asked = new Asked(sql, filling);
    long before;
    synchronized (this) {
      Planned known = kept.get(asked);
      if (known != null) {
        return known;
      }
      before = changes;
    }
    PreparedQuery query = filled(planner.plan(sql), filling);
    String digest = query.plan().digest();
    Planned planned = new Planned(query, digest, TokenCodec.hash(digest), encoder(query));
    keep(asked, planned, before);
    return planned;
  }

  private static PreparedQuery filled(PreparedQuery query, Filling asked) {
    return new PreparedQuery(query.plan().filled(Fills.of(asked, query)), query.names());
  }

  private static RowEncoder encoder(PreparedQuery query) {
    return new RowEncoder(query.names(), query.plan().fill() != null);
  }

  private synchronized void keep(Asked asked, Planned planned, long before) {
    if (before != changes || asked.sql.length() > MOST_KEPT_CHARS) {
      return;
    }
    @Nullable Planned other = kept.putIfAbsent(asked, planned);
    if (other == null && kept.size() > KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  private synchronized void forget() {
    changes++;
    kept.clear();
  }
}
