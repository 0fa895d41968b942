package dev.sluice.cli.queries;

import dev.sluice.cli.gateway.CommandFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice queries}. */
@Command(
    name = "queries",
    description = "Look at the queries that the gateway runs, and end them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ListQueriesCommand.class,
      ShowQueryCommand.class,
      DeleteQueryCommand.class,
    })
public final class QueriesCommand implements Runnable {
  @Spec CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  QueriesCommand() {}

  static String path(String id) {
    if (!id.matches("[0-9a-f]+")) {
      throw CommandFailure.usage("a query's id is hexadecimal digits: was " + id);
    }
    return "/v1/queries/" + id;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
