package dev.sluice.cli.queries;

import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.text.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Print a query's plan, state, lag and subscribers as JSON.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class ShowQueryCommand extends GatewayCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The query.")
  String id;

  @Override
  public void run() {
    String body = http().get(QueriesCommand.path(id)).body();
    out().println(Json.pretty(Json.read(body)));
  }
}
