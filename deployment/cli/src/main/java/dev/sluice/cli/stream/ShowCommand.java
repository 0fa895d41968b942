package dev.sluice.cli.stream;

import dev.sluice.cli.gateway.GatewayOptions;
import dev.sluice.cli.text.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "show", description = "Print a stream's definition and its state as JSON.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
final class ShowCommand implements Runnable {
  @Parameters(paramLabel = "NAME", description = "The stream.")
  String name;

  @Mixin GatewayOptions gateway;
  @Spec CommandSpec spec;

  @Override
  public void run() {
    String body = gateway.http().get(StreamCommand.path(name)).body();
    spec.commandLine().getOut().println(Json.pretty(Json.read(body)));
  }
}
