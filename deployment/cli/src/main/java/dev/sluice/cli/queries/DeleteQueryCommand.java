package dev.sluice.cli.queries;

import dev.sluice.cli.gateway.GatewayOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "delete",
    description = "End a query: its subscribers are told. It does not ask again.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class DeleteQueryCommand implements Runnable {
  @Parameters(paramLabel = "ID", description = "The query.")
  String id;

  @Mixin GatewayOptions gateway;
  @Spec CommandSpec spec;

  @Override
  public void run() {
    gateway.http().delete(QueriesCommand.path(id));
    spec.commandLine().getOut().println("ended " + id);
  }
}
