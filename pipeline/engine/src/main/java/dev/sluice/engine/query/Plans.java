package dev.sluice.engine.query;

import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.QueryRequest.Filling;
import dev.sluice.engine.resume.TokenCodec;
import dev.sluice.engine.sql.SqlPlanner;
import java.util.LinkedHashMap;
import java.util.List;
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
  private final Map<Asked, List<Planned>> kept = new LinkedHashMap<>(KEPT, 0.75f, true);
  private long changes;

  Plans(SqlPlanner planner, Streams streams) {
    this.planner = planner;
    streams.onChange(name -> forget());
  }

  /**
   * A plan and what follows from it alone.
   *
   * @param names of its columns
   * @param hash by which resume tokens know the plan
   * @param encoder of its rows, under the names of its columns
   */
  record Planned(QueryPlan plan, List<String> names, String digest, long hash, RowEncoder encoder) {
    static Planned of(QueryPlan plan, List<String> names) {
      String digest = plan.digest();
      RowEncoder encoder = new RowEncoder(names, plan.fill() != null);
      return new Planned(plan, names, digest, TokenCodec.hash(digest), encoder);
    }
  }

  private record Asked(String sql, Filling filling) {}

  /**
   * Plans whose rows are those of the query, all of them; one, but for some UNION ALLs.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_…
   */
  List<Planned> plan(String sql, Filling filling) {
    Asked asked = new Asked(sql, filling);
    long before;
    synchronized (this) {
      List<Planned> known = kept.get(asked);
      if (known != null) {
        return known;
      }
      before = changes;
    }
    PreparedQuery query = planner.plan(sql);
    List<Planned> planned =
        query.plans().stream()
            .map(plan -> plan.filled(Fills.of(filling, plan, query.names())))
            .map(plan -> Planned.of(plan, query.names()))
            .toList();
    keep(asked, planned, before);
    return planned;
  }

  private synchronized void keep(Asked asked, List<Planned> planned, long before) {
    if (before != changes || asked.sql.length() > MOST_KEPT_CHARS) {
      return;
    }
    @Nullable List<Planned> other = kept.putIfAbsent(asked, planned);
    if (other == null && kept.size() > KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  private synchronized void forget() {
    changes++;
    kept.clear();
  }
}
