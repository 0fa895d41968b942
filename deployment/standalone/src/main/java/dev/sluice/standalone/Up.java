package dev.sluice.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Kafka, PostgreSQL, the gateway and the pipeline, until SIGINT or SIGTERM. */
@Command(
    name = "up",
    description = {
      "Starts Kafka, PostgreSQL, the gateway and the pipeline, until Ctrl-C.",
      "Any setting of the gateway can follow, as --sluice.some.setting=value."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Up implements Callable<Integer> {
  @Mixin private Options options;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  Up() {}

  @Override
  public Integer call() throws Exception {
    return Run.untilStopped(
        options, null, spec.commandLine().getOut(), Greeting::up, (house, parts) -> {});
  }
}
