package dev.sluice.views;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a process of the pipeline runs. Plain values: what they may be is said by whom they go to.
 *
 * @param servers what it runs on
 * @param partitions of the topic between the stages, where that is not there yet; 1 to 48
 * @param reading the first stage of each view
 * @param merging the second stage of all
 */
public record PipelineSettings(Servers servers, int partitions, Reading reading, Merging merging) {
  public static final int DEDUPE_CAPACITY = 4_000_000;

  public PipelineSettings {
    if (partitions < 1 || partitions > 48) {
      throw new IllegalArgumentException(
          "sluice.views.partitions must be 1..48: was " + partitions);
    }
  }

  /** Everything at its default. */
  public static PipelineSettings of(Servers servers) {
    return new PipelineSettings(
        servers,
        4,
        new Reading(Duration.ofMillis(200), 32L << 20, DEDUPE_CAPACITY),
        new Merging(Duration.ofMillis(100), 1, 0, 1_000_000, 256L << 20));
  }

  /**
   * What it runs on.
   *
   * @param kafka {@code host:port,…}
   * @param replicationFactor of new topics; -1: the broker's default
   * @param postgres {@code postgresql://user:password@host:port/database}
   * @param schemaRegistry URL of one with Confluent's API; null: none
   */
  public record Servers(
      String kafka, short replicationFactor, String postgres, @Nullable String schemaRegistry) {

    public static Servers of(String kafka, String postgres) {
      return new Servers(kafka, (short) -1, postgres, null);
    }

    @Override
    public String toString() {
      return "Servers[" + kafka + "]"; // no password in a log
    }
  }

  /**
   * @param flush after which what was read is handed on
   * @param maxBytes of heap for what a view has read and not handed on, about
   * @param dedupeCapacity most ids of a partition that a reader remembers
   */
  public record Reading(Duration flush, long maxBytes, int dedupeCapacity) {}

  /**
   * @param commit from one transaction to the next
   * @param threads of this process
   * @param standbys other processes that hold a copy of each store
   * @param maxGroups that a view may hold in one partition
   * @param maxState bytes of heap that they may take, about
   */
  public record Merging(
      Duration commit, int threads, int standbys, long maxGroups, long maxState) {}
}
