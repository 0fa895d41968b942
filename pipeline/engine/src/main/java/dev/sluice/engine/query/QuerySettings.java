package dev.sluice.engine.query;

/**
 * Bounds of live queries.
 *
 * @param threads that run queries at the tail; 1 to 256
 * @param catchUpReaders readers of the log for queries that are behind the tail; 1 to 64
 * @param tailCapacity batches of a stream's ring; 1 to 65,536
 * @param dedupeCapacity ids that a partition's reader remembers
 * @param subscriberCapacity bytes between a query and one subscriber; 4 KiB to 16 MiB
 * @param maxQueries computations at a time; 1 or more
 * @param maxGroups groups that one query may hold; 1 or more
 */
public record QuerySettings(
    int threads,
    int catchUpReaders,
    int tailCapacity,
    int dedupeCapacity,
    int subscriberCapacity,
    int maxQueries,
    int maxGroups) {

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
    require(maxGroups >= 1, "sluice.query.max-groups must be at least 1: was " + maxGroups);
  }

  /** Everything at its default. */
  public static QuerySettings defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new QuerySettings(processors, 2, 64, 4_000_000, 1 << 20, 10_000, 1_000_000);
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
