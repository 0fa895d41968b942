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

  /**
   * The path of a stream.
   *
   * @throws CommandFailure if it cannot be a stream's name
   */
  protected static String streamPath(String stream) {
    if (!stream.matches("[A-Za-z0-9_.-]+")) {
      throw CommandFailure.usage(
          "a stream's name is lower-case letters, digits and _: was " + stream);
    }
    return "/v1/streams/" + stream;
  }

  protected final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  protected final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
