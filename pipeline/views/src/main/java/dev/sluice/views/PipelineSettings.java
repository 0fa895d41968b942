package dev.sluice.views;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a process of the pipeline runs. Plain values: what they must be is said by those that they go
 * to.
 *
 * @param servers what it runs on
 * @param partitions of the topic between the stages, where that is not there yet; 1 to 1,024
 * @param flush after which the first stage hands on what it has read
 * @param maxBytes of heap for what a view has read and not handed on, about
 * @param dedupeCapacity most ids of a partition that a reader remembers
 */
public record PipelineSettings(
    Servers servers, int partitions, Duration flush, long maxBytes, int dedupeCapacity) {

  public PipelineSettings {
    if (partitions < 1 || partitions > 1_024) {
      throw new IllegalArgumentException(
          "sluice.views.partitions must be 1..1024: was " + partitions);
    }
  }

  /** Everything at its default. */
  public static PipelineSettings of(Servers servers) {
    return new PipelineSettings(servers, 4, Duration.ofMillis(200), 32L << 20, 4_000_000);
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
  }
}
