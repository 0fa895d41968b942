package dev.sluice.standalone;

import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.FleetOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
  private static final Duration LAST_ACKS_WITHIN = Duration.ofSeconds(2);

  @Mixin private Options options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Recorded seconds per second, above 0 to 1000 (default: ${DEFAULT-VALUE}).")
  private double speed = FleetOptions.DEFAULT_SPEED;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  Demo() {}

  @Override
  public Integer call() throws Exception {
    if (!(speed > 0 && speed <= 1000)) {
      throw new ParameterException(
          spec.commandLine(), "--speed must be above 0, at most 1000: was " + speed);
    }
    return Run.untilStopped(
        options, spec.commandLine().getOut(), Greeting::demo, (house, parts) -> send(house, parts));
  }

  private void send(House house, Parts parts) throws Exception {
    FleetOptions where =
        new FleetOptions(URI.create(house.http()), house.host(), house.rsocketPort(), speed);
    parts.start(
        "fleet",
        () -> {
          Fleet fleet = Fleet.start(where);
          // The last acks are waited for, so that what was sent is what was counted.
          return () ->
              fleet
                  .stop(LAST_ACKS_WITHIN)
                  .toFuture()
                  .get(2 * LAST_ACKS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        });
  }
}
