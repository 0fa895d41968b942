package dev.sluice.cli.queries;

import dev.sluice.cli.gateway.GatewayCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    description = "End a query: its subscribers are told. It does not ask again.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class DeleteQueryCommand extends GatewayCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The query.")
  String id;

  @Override
  public void run() {
    http().delete(QueriesCommand.path(id));
    out().println("ended " + id);
  }
}
