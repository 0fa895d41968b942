package dev.sluice.cli.queries;

import dev.sluice.cli.gateway.GatewayOptions;
import dev.sluice.cli.text.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "show", description = "Print a query's plan, state, lag and subscribers as JSON.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class ShowQueryCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The query.")
  String id;

  @Mixin GatewayOptions gateway;
  @Spec CommandSpec spec;

  @Override
  public void run() {
    String body = gateway.http().get(QueriesCommand.path(id)).body();
    spec.commandLine().getOut().println(Json.pretty(Json.read(body)));
  }
}
