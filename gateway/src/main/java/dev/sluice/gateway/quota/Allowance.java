package dev.sluice.gateway.quota;

import dev.sluice.gateway.security.Quota;
import dev.sluice.gateway.security.Quota.Kind;
import io.github.bucket4j.TimeMeter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** What one caller has of a quota. Any thread. */
final class Allowance {
  private final Quota quota;
  private final Refusals refusals;
  private final Dues dues;
  private final List<Asked> queries = new ArrayList<>();
  private int connections;

  Allowance(Quota quota, TimeMeter time, Refusals refusals) {
    this.quota = quota;
    this.refusals = refusals;
    this.dues = Dues.of(quota, time, refusals);
  }

  Dues dues() {
    return dues;
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException QUOTA_EXCEEDED
   */
  synchronized Held connect() {
    requireMore(Kind.CONNECTIONS, connections, "close a connection first");
    connections++;
    return new Held(this::disconnect);
  }

  private synchronized void disconnect() {
    connections--;
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException QUOTA_EXCEEDED
   */
  synchronized Asked ask() {
    requireMore(Kind.QUERIES, queries.size(), "end a query first");
    requireMore(Kind.STATE, state(queries), "your queries hold as much: end one first");
    Asked asked = new Asked(this::end);
    queries.add(asked);
    return asked;
  }

  private synchronized void end(Asked asked) {
    queries.remove(asked);
  }

  private void requireMore(Kind kind, long has, String remedy) {
    Long limit = quota.limit(kind);
    if (limit != null && has >= limit) {
      throw refusals.refuse(kind, limit, remedy).toException();
    }
  }

  private static long state(List<Asked> queries) {
    return queries.stream().mapToLong(Asked::stateBytes).sum();
  }

  /** Ends the query that holds the most if all hold too much. */
  void boundState() {
    Long limit = quota.limit(Kind.STATE);
    if (limit == null) {
      return;
    }
    List<Asked> all;
    synchronized (this) {
      all = List.copyOf(queries);
    }
    long bytes = state(all);
    if (bytes > limit) {
      Collections.max(all, Comparator.comparingLong(Asked::stateBytes))
          .cut(
              refusals.refuse(
                  Kind.STATE,
                  limit,
                  "your queries hold "
                      + bytes
                      + " bytes, and this one the most: group by fewer values, use shorter windows,"
                      + " or ask less at a time"));
    }
  }

  /** Whether nothing would be lost if it were made anew. */
  synchronized boolean isAsNew() {
    return connections == 0 && queries.isEmpty() && dues.isWhole();
  }
}
