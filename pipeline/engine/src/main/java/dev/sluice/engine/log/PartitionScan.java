package dev.sluice.engine.log;

/** Placeholder. */
public final class PartitionScan {}
