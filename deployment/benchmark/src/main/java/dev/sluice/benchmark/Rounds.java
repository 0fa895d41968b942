package dev.sluice.benchmark;

import picocli.CommandLine.Option;

/** How often each contender runs: options of every command that compares some. */
final class Rounds {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Measured rounds of each (default: ${DEFAULT-VALUE}).")
  private int measured;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description = "Rounds of each that do not count (default: ${DEFAULT-VALUE}).")
  private int warmUps;

  /** Those of a command that says nothing else. */
  Rounds(int measured, int warmUps) {
    this.measured = measured;
    this.warmUps = warmUps;
  }

  int measured() {
    return measured;
  }

  int warmUps() {
    return warmUps;
  }
}
