package dev.sluice.engine.query;

import dev.sluice.engine.sql.SqlPlanner;

/**
 * Bounds of live queries.
 *
 * @param threads that run queries at the tail; 1 to 256
 * @param catchUpReaders readers of the log for queries that are behind the tail; 1 to 64
 * @param tailCapacity batches of a stream's ring; 1 to 65,536
 * @param dedupeCapacity ids that a partition's reader remembers
 * @param subscriberCapacity bytes between a query and one subscriber; 4 KiB to 16 MiB
 * @param maxQueries computations at a time; 1 or more
 * @param state bounds of what one query may hold
 */
public record QuerySettings(
    int threads,
    int catchUpReaders,
    int tailCapacity,
    int dedupeCapacity,
    int subscriberCapacity,
    int maxQueries,
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
    require(maxQueries >= 1, "sluice.query.max-queries must be at least 1: was " + maxQueries);
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
    return new QuerySettings(processors, 2, 64, 4_000_000, 1 << 20, 10_000, State.defaults());
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
