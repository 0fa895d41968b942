package dev.sluice.cli;

import dev.sluice.cli.gateway.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** What the launcher answers itself, before this process is started; here for the help. */
final class LauncherCommands {
  private LauncherCommands() {}

  @Command(
      name = "demo",
      description = "Run everything on this machine, with a fleet of recorded buses on the road.")
  static final class Demo extends ByLauncher {}

  @Command(
      name = "up",
      description =
          "Run everything on this machine: Kafka, PostgreSQL, the gateway and the pipeline.")
  static final class Up extends ByLauncher {}

  @Command(
      name = "gateway",
      description = "Run a gateway alone, on a Kafka and a PostgreSQL that are there.")
  static final class Gateway extends ByLauncher {}

  @Command(
      name = "pipeline",
      description =
          "Run a process that keeps views alone, on a Kafka and a PostgreSQL that are there.")
  static final class Pipeline extends ByLauncher {}

  private abstract static class ByLauncher implements Runnable {
    @Unmatched List<String> arguments = new ArrayList<>();

    @Override
    public void run() {
      throw CommandFailure.usage("start this by deployment/sluice, the launcher");
    }
  }
}
