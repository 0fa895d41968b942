package dev.sluice.benchmark;

import dev.sluice.benchmark.trial.KillResult;
import dev.sluice.benchmark.trial.KillSettings;
import dev.sluice.benchmark.trial.KillTrial;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Processes that are killed while they keep views, or while views are kept in them. */
abstract sealed class TrialCommand implements Callable<Integer>
    permits KillsCommand, BrokersCommand {
  @Spec private CommandSpec spec;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "SIGKILLs of a pipeline (default: ${DEFAULT-VALUE}).")
  int kills = 50;

  @Option(
      names = "--rebuilds",
      paramLabel = "N",
      description =
          "Views that begin to be built anew just before as many of them (default: ${DEFAULT-VALUE}).")
  int rebuilds = 4;

  @Option(
      names = "--every",
      paramLabel = "N",
      description = "Seconds between two faults, on average (default: ${DEFAULT-VALUE}).")
  double every = 10;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Events a second (default: ${DEFAULT-VALUE}).")
  int rate = 20_000;

  @Option(
      names = "--broker-restarts",
      paramLabel = "N",
      description = "SIGKILLs of a broker (default: ${DEFAULT-VALUE}).")
  int brokerRestarts = 2;

  @Option(
      names = "--postgres-restarts",
      paramLabel = "N",
      description = "SIGKILLs of PostgreSQL (default: ${DEFAULT-VALUE}).")
  int postgresRestarts = 2;

  @Option(
      names = "--down",
      paramLabel = "N",
      description = "Seconds until a broker or PostgreSQL comes back (default: ${DEFAULT-VALUE}).")
  double down = 1;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      description = "Brokers of Kafka; three replicate everything (default: ${DEFAULT-VALUE}).")
  int brokers = 1;

  @Option(
      names = "--pipelines",
      paramLabel = "N",
      description = "Processes of the pipeline (default: ${DEFAULT-VALUE}).")
  private int pipelines = 2;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "Different keys (default: ${DEFAULT-VALUE}).")
  private int devices = 1_000;

  @Option(
      names = "--dedupe",
      paramLabel = "N",
      description =
          "Seconds of the stream's dedupe: read again after each kill (default: ${DEFAULT-VALUE}).")
  private int dedupe = 15;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the events and of who is killed when (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--setting",
      paramLabel = "--sluice.views.some=value",
      description = "Of the pipelines.")
  private List<String> settings = List.of();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where data and logs go, and stay (default: a temporary one, kept on failure).")
  private @Nullable Path directory;

  @Mixin private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  TrialCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter screen = spec.commandLine().getOut();
    Path given = directory;
    Path own = given == null ? Files.createTempDirectory("sluice-kills") : given.toAbsolutePath();
    KillSettings trial = settings(own);
    KillResult result = new KillTrial(trial, screen).run();
    TrialReport.print(screen, result);
    output.write(TrialReport.of(trial, result));
    if (given == null && result.right()) {
      Server.delete(own);
    } else {
      screen.println("data and logs: " + own);
      screen.flush();
    }
    return result.right() ? 0 : 1;
  }

  private KillSettings settings(Path own) {
    try {
      return new KillSettings(
          own,
          new KillSettings.Load(rate, devices, Duration.ofSeconds(dedupe), seed),
          new KillSettings.Faults(
              kills, rebuilds, seconds(every), brokerRestarts, postgresRestarts, seconds(down)),
          brokers,
          pipelines,
          Server.JVM,
          settings);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(1_000 * seconds));
  }
}
