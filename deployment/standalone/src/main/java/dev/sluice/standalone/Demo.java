package dev.sluice.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code up} starts, and the fleet. */
@Command(
    name = "demo",
    description = {
      "Starts what up starts, and a fleet of recorded buses that send, until Ctrl-C.",
      "Any setting of the gateway can follow, as --sluice.some.setting=value."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Demo implements Callable<Integer> {
  @Mixin private Options options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "30",
      description = "Recorded seconds per second, 0.1 to 1000 (default: ${DEFAULT-VALUE}).")
  private double speed;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  Demo() {}

  @Override
  public Integer call() throws Exception {
    if (!(speed >= 0.1 && speed <= 1000)) {
      throw new ParameterException(spec.commandLine(), "--speed must be 0.1..1000: was " + speed);
    }
    return Run.untilStopped(
        options, spec.commandLine().getOut(), Greeting::demo, (house, parts) -> {});
  }
}
