package dev.sluice.cli.gateway;

import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that talks to the gateway. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command.
public abstract class GatewayCommand {
  @Mixin GatewayOptions gateway;
  @Spec CommandSpec spec;

  /**
   * The gateway's HTTP face.
   *
   * @throws CommandFailure if its URL is none
   */
  protected final GatewayHttp http() {
    return gateway.http();
  }

  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  protected final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
