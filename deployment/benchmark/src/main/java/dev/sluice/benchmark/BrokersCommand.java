package dev.sluice.benchmark;

import picocli.CommandLine.Command;

/** The brokers of a cluster are killed, one at a time. */
@Command(
    name = "brokers",
    description = {
      "Kills brokers of a cluster of three under load, one at a time, has them come back, and looks",
      "for every event that was acknowledged, and for every row of the views."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class BrokersCommand extends TrialCommand {
  BrokersCommand() {
    kills = 0;
    rebuilds = 0;
    brokers = 3;
    brokerRestarts = 6;
    postgresRestarts = 0;
    every = 15;
    down = 8;
    rate = 5_000;
  }
}
