package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.GatewayOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "delete",
    description = "Delete a stream, its events and its dead letters. It does not ask again.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class DeleteCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The stream.")
  String name;

  @Mixin GatewayOptions gateway;
  @Spec CommandSpec spec;

  @Override
  public void run() {
    gateway.http().delete(StreamCommand.path(name));
    spec.commandLine().getOut().println("deleted " + name);
  }
}
