package dev.sluice.views.merge;

import java.time.Duration;

/**
 * How the second stage of views runs.
 *
 * @param kafka how to reach it
 * @param threads of this process that merge; 1 to 64
 * @param standbys processes that hold a copy of each store, to go on from at once; 0 to 8
 * @param commit from one transaction to the next; 10 ms to 5 s
 * @param state what one view may hold
 */
public record MergeSettings(Kafka kafka, int threads, int standbys, Duration commit, State state) {

  public MergeSettings {
    require(
        threads >= 1 && threads <= 64, "sluice.views.merge-threads must be 1..64: was " + threads);
    require(standbys >= 0 && standbys <= 8, "sluice.views.standbys must be 0..8: was " + standbys);
    require(
        commit.toMillis() >= 10 && commit.toMillis() <= 5_000,
        "sluice.views.commit-interval must be 10 ms..5 s: was " + commit);
  }

  /** Everything at its default. */
  public static MergeSettings of(String bootstrapServers) {
    return new MergeSettings(
        Kafka.of(bootstrapServers), 1, 1, Duration.ofMillis(100), State.defaults());
  }

  /**
   * Kafka, and what the merge is called there.
   *
   * @param bootstrapServers {@code host:port,…}
   * @param replicationFactor of the changelogs; -1: the broker's default
   * @param application of all processes that share the work
   * @param partials the topic that it reads
   */
  public record Kafka(
      String bootstrapServers, int replicationFactor, String application, String partials) {

    /** Everything at its default. */
    public static Kafka of(String bootstrapServers) {
      return new Kafka(bootstrapServers, -1, "sluice-merge", "sluice.partials");
    }
  }

  /**
   * Bounds of what one view may hold in one partition; beyond them it fails with QUERY_STATE_LIMIT.
   *
   * @param maxGroups groups of open windows; 1 or more
   * @param maxBytes about how many bytes of heap they take; 64 KiB or more
   */
  public record State(long maxGroups, long maxBytes) {
    public State {
      require(maxGroups >= 1, "sluice.views.max-groups must be at least 1: was " + maxGroups);
      require(
          maxBytes >= 64 << 10,
          "sluice.views.max-state must be at least 64 KiB: was " + maxBytes + " bytes");
    }

    /** Everything at its default. */
    public static State defaults() {
      return new State(1_000_000, 256L << 20);
    }
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }
}
