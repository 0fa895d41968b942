package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.CommandFailure;
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

  /** The path of a stream. */
  static String path(String stream) {
    if (!stream.matches("[A-Za-z0-9_.-]+")) {
      throw CommandFailure.usage(
          "a stream's name is lower-case letters, digits and _: was " + stream);
    }
    return "/v1/streams/" + stream;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
