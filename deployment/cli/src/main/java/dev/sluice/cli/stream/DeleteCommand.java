package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.GatewayCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "delete",
    description = "Delete a stream, its events and its dead letters. It does not ask again.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class DeleteCommand extends GatewayCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The stream.")
  String name;

  @Override
  public void run() {
    http().delete(streamPath(name));
    out().println("deleted " + name);
  }
}
