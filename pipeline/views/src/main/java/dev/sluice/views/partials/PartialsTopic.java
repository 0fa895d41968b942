package dev.sluice.views.partials;

/**
 * The topic between the two stages.
 *
 * @param partitions of it, into which the groups of each view are spread
 */
public record PartialsTopic(String name, int partitions) {}
