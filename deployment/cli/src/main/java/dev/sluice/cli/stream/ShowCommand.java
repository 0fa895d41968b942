package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.GatewayCommand;
import dev.sluice.cli.text.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Print a stream's definition and its state as JSON.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class ShowCommand extends GatewayCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The stream.")
  String name;

  @Override
  public void run() {
    String body = http().get(streamPath(name)).body();
    out().println(Json.pretty(Json.read(body)));
  }
}
