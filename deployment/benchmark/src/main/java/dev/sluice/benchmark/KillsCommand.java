package dev.sluice.benchmark;

import picocli.CommandLine.Command;

/** The pipeline's processes are killed, and now and then a broker and PostgreSQL. */
@Command(
    name = "kills",
    description = {
      "Kills processes of the pipeline under load, and now and then Kafka and PostgreSQL, has them",
      "come back, and compares every view's topic and table with what the log says, row by row."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class KillsCommand extends TrialCommand {}
