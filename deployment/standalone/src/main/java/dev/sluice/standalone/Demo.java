package dev.sluice.standalone;

import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.FleetOptions;
import dev.sluice.fleet.FleetOptions.Access;
import dev.sluice.standalone.demo.Demonstration;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code up} starts, and the fleet. */
@Command(
    name = "demo",
    description = {
      "Starts what up starts, and a fleet of recorded buses that send, until Ctrl-C.",
      "Any setting of the gateway can follow, as --sluice.some.setting=value."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class Demo implements Callable<Integer> {
  private static final Duration DECLARED_WITHIN = Duration.ofSeconds(30);
  private static final Duration LAST_ACKS_WITHIN = Duration.ofSeconds(2);

  @Mixin private Options options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Recorded seconds per second, above 0 to 1000 (default: ${DEFAULT-VALUE}).")
  private double speed = FleetOptions.DEFAULT_SPEED;

  @Option(
      names = "--no-open",
      description = "Do not open the dashboard in a browser, where there is a display.")
  private boolean noOpen;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      defaultValue = "${env:SLUICE_TOKEN_FILE}",
      description =
          "A token for the fleet, where the gateway asks who calls (default: $SLUICE_TOKEN_FILE).")
  private @Nullable Path tokenFile;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  Demo() {}

  @Override
  public Integer call() throws Exception {
    if (!(speed > 0 && speed <= 1000)) {
      throw new ParameterException(
          spec.commandLine(), "--speed must be above 0, at most 1000: was " + speed);
    }
    Demonstration demonstration = new Demonstration();
    return Run.untilStopped(
        options,
        demonstration,
        spec.commandLine().getOut(),
        Greeting::demo,
        (house, parts) -> {
          begin(demonstration, speed, tokenFile, house, parts);
          if (!noOpen) {
            Browser.open(house.http());
          }
        });
  }

  /** Sends the fleet out, and has the switches do something. */
  static Fleet begin(
      Demonstration demonstration, double speed, @Nullable Path tokenFile, House house, Parts parts)
      throws Exception {
    Access access = new Access(tokenFile, house.gateway().certificate());
    FleetOptions where =
        new FleetOptions(
            URI.create(house.http()), house.host(), house.rsocketPort(), speed, access, null);
    Sending sending = parts.start("fleet", () -> new Sending(Fleet.start(where)));
    // Ready means that the printed commands work: their stream is there.
    sending.fleet().declared().toFuture().get(DECLARED_WITHIN.toSeconds(), TimeUnit.SECONDS);
    parts.start("switches of the demo", () -> demonstration);
    demonstration.begin(sending.fleet(), house.host(), house.httpPort(), access);
    return sending.fleet();
  }

  /** The last acks are waited for, so that what was sent is what was counted. */
  private record Sending(Fleet fleet) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      long atMost = 2 * LAST_ACKS_WITHIN.toMillis();
      fleet.stop(LAST_ACKS_WITHIN).toFuture().get(atMost, TimeUnit.MILLISECONDS);
    }
  }
}
