package dev.sluice.standalone;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The process's main: {@code up}, {@code demo}, {@code gateway} and {@code pipeline}. */
@Command(
    name = "sluice",
    description = "Runs Sluice in one process: Kafka, PostgreSQL, the gateway and the pipeline.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {Up.class, Demo.class, GatewayCommand.class, PipelineCommand.class})
public final class Standalone implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs a command.
  Standalone() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Standalone())
        // What is not an option may be a setting of the gateway: Options looks.
        .setUnmatchedArgumentsAllowed(true)
        .setParameterExceptionHandler(OneLine::wrongUsage)
        .setExecutionExceptionHandler(OneLine::failure);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "the command must be up, demo, gateway or pipeline");
  }
}
