package dev.sluice.cli.stream;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice stream}. */
@Command(
    name = "stream",
    description = "Declare streams, and look at them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DeclareCommand.class,
      InferCommand.class,
      ListCommand.class,
      ShowCommand.class,
      DeleteCommand.class
    })
public final class StreamCommand implements Runnable {
  @Spec CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  StreamCommand() {}

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
