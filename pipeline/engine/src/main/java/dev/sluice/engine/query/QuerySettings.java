package dev.sluice.engine.query;

import dev.sluice.engine.sql.SqlPlanner;

/**
 * Bounds of live queries.
 *
 * @param threads that run queries at the tail; 1 to 256
 * @param catchUpReaders readers of the log for queries that are behind the tail; 1 to 64
 * @param tailCapacity events of a stream's ring; 8,192 or more
 * @param dedupeCapacity ids that a partition's reader remembers
 * @param subscriberCapacity bytes between a query and one subscriber; 4 KiB to 16 MiB
 * @param crowd how many there may be at a time
 * @param state bounds of what one query may hold
 */
public record QuerySettings(
    int threads,
    int catchUpReaders,
    int tailCapacity,
    int dedupeCapacity,
    int subscriberCapacity,
    Crowd crowd,
    State state) {

  public QuerySettings {
    require(threads >= 1 && threads <= 256, "sluice.query.threads must be 1..256: was " + threads);
    require(
        catchUpReaders >= 1 && catchUpReaders <= 64,
        "sluice.query.catch-up-readers must be 1..64: was " + catchUpReaders);
    require(
        subscriberCapacity >= 4 << 10 && subscriberCapacity <= 16 << 20,
        "sluice.query.subscriber-capacity must be 4 KiB..16 MiB: was "
            + subscriberCapacity
            + " bytes");
  }

  /**
   * How many there may be at a time; who comes on top is refused.
   *
   * @param maxQueries computations, beyond which is QUERY_LIMIT; 1 or more
   * @param maxSubscribers of all queries, beyond which is SUBSCRIBER_LIMIT; 1 or more
   * @param maxSubscribersPerQuery of equal queries, beyond which is SUBSCRIBER_LIMIT; 1 or more
   */
  public record Crowd(int maxQueries, int maxSubscribers, int maxSubscribersPerQuery) {
    public Crowd {
      require(maxQueries >= 1, "sluice.query.max-queries must be at least 1: was " + maxQueries);
      require(
          maxSubscribers >= 1,
          "sluice.query.max-subscribers must be at least 1: was " + maxSubscribers);
      require(
          maxSubscribersPerQuery >= 1,
          "sluice.query.max-subscribers-per-query must be at least 1: was "
              + maxSubscribersPerQuery);
    }

    /** Everything at its default. */
    public static Crowd defaults() {
      return new Crowd(10_000, 100_000, 50_000);
    }
  }

  /**
   * Bounds of what one query may hold; beyond them it ends with QUERY_STATE_LIMIT.
   *
   * @param maxGroups groups; 1 or more
   * @param maxBytes about how many bytes of heap its groups take; 64 KiB or more
   * @param maxListValues values of one group that LISTAGG or ARRAY_AGG holds; 1 or more
   * @param maxWindows windows that have one event, which a query may not exceed from the start; 1
   *     or more
   */
  public record State(int maxGroups, long maxBytes, int maxListValues, int maxWindows) {
    public State {
      require(maxGroups >= 1, "sluice.query.max-groups must be at least 1: was " + maxGroups);
      require(
          maxBytes >= 64 << 10,
          "sluice.query.max-state must be at least 64 KiB: was " + maxBytes + " bytes");
      require(
          maxListValues >= 1,
          "sluice.query.max-list-values must be at least 1: was " + maxListValues);
      require(maxWindows >= 1, "sluice.query.max-windows must be at least 1: was " + maxWindows);
    }

    /** Everything at its default. */
    public static State defaults() {
      return new State(1_000_000, 256L << 20, SqlPlanner.MAX_LIST_VALUES, 1_000);
    }
  }

  /** Everything at its default. */
  public static QuerySettings defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new QuerySettings(
        processors, 2, 524_288, 4_000_000, 1 << 20, Crowd.defaults(), State.defaults());
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
