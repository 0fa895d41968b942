package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The process's main: starts a server, runs the benchmarks one after the other, reports. */
@Command(
    name = "deployment/benchmark/run",
    description = {
      "Measures Sluice against the raw Kafka client, on the same broker in the same run:",
      "a  acked events/s over RSocket          | KafkaProducer",
      "b  events/s of a windowed query         | KafkaConsumer.poll",
      "c  latency from send to row over SSE    | from produce to poll",
      "d  cost of many different queries       | of one",
      "e  latency with stalled subscribers     | without",
      "f  events/s of a view, exactly once     | Kafka Streams, by hand"
    },
    subcommands = {
      FanoutCommand.class,
      PullCommand.class,
      KillsCommand.class,
      BrokersCommand.class,
      ScaleCommand.class,
      FuzzCommand.class,
      StormCommand.class
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Benchmark implements Callable<Integer> {
  private static final List<String> ALL = List.of("a", "b", "c", "d", "e", "f");

  @Spec private CommandSpec spec;

  @Option(
      names = "--only",
      paramLabel = "a|b|c|d|e|f",
      split = ",",
      description = "Which of them (default: all).")
  private List<String> only = ALL;

  @Mixin private final Output output = new Output();

  @Mixin private final Rounds rounds = new Rounds(5, 2);

  @Mixin private final ServerJvm serverJvm = new ServerJvm();

  @Option(
      names = "--short",
      description = "So little that only the counts mean anything: the options below are not used.")
  private boolean brief;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "RSocket connections (default: ${DEFAULT-VALUE}).")
  private int connections = 16;

  @Option(
      names = "--frame",
      paramLabel = "N",
      description = "Events in a frame (default: ${DEFAULT-VALUE}).")
  private int frame = 100;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "Different keys (default: ${DEFAULT-VALUE}).")
  private int devices = 1_000;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "a: events of a round (default: ${DEFAULT-VALUE}).")
  private int events = 1_000_000;

  @Option(
      names = "--log",
      paramLabel = "N",
      description = "b, f: events in the log (default: ${DEFAULT-VALUE}).")
  private int log = 3_000_000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "c: events a second (default: ${DEFAULT-VALUE}).")
  private int rate = 5_000;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "c: length of a round (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--queries",
      paramLabel = "N",
      split = ",",
      description = "d: how many queries, one after the other (default: ${DEFAULT-VALUE}).")
  private List<Integer> queries = List.of(1, 10, 100, 500, 2_000);

  @Option(
      names = "--many-rate",
      paramLabel = "N",
      description = "d: events a second (default: ${DEFAULT-VALUE}).")
  private int manyRate = 20_000;

  @Option(
      names = "--many-seconds",
      paramLabel = "N",
      description = "d: how long, for each number of queries (default: ${DEFAULT-VALUE}).")
  private int manySeconds = 20;

  @Option(
      names = "--stalled",
      paramLabel = "N",
      description = "e: subscribers who read nothing (default: ${DEFAULT-VALUE}).")
  private int stalled = 1_000;

  @Option(
      names = "--stalled-rate",
      paramLabel = "N",
      description = "e: events a second (default: ${DEFAULT-VALUE}).")
  private int stalledRate = 10_000;

  @Option(
      names = "--stalled-seconds",
      paramLabel = "N",
      description = "e: length of a round (default: ${DEFAULT-VALUE}).")
  private int stalledSeconds = 20;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "e: length of a round instead, with --rounds 1 --warm-ups 1 the long form.")
  private @Nullable Integer minutes;

  @Option(
      names = "--groups",
      paramLabel = "N",
      split = ",",
      description = "f: groups of a window, one after the other (default: ${DEFAULT-VALUE}).")
  private List<Integer> groups = List.of(1_000, 1_000_000);

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  Benchmark() {}

  public static void main(String[] arguments) {
    String logging = "logback.configurationFile";
    if (System.getProperty(logging) == null) {
      System.setProperty(logging, "dev/sluice/benchmark/logback-benchmark.xml");
    }
    System.exit(new CommandLine(new Benchmark()).execute(arguments));
  }

  /** Little of everything, with the same code. */
  static Settings brief() {
    return new Settings(
        4,
        100,
        50,
        1,
        0,
        new Settings.Amounts(2_000, 20_000, 1_000, 1),
        new Settings.Many(List.of(1, 20), 1_000, 1),
        new Settings.Stalled(20, 1_000, 1),
        new Settings.View(List.of(50, 100)),
        List.of());
  }

  @Override
  public Integer call() throws Exception {
    if (!Set.copyOf(ALL).containsAll(only)) {
      throw new ParameterException(
          spec.commandLine(), "--only must be some of " + ALL + ": was " + only);
    }
    Settings settings = settings();
    PrintWriter screen = spec.commandLine().getOut();
    try (Server server = Server.start(settings.serverJvm())) {
      List<Race.Result> results = run(server, settings, only, screen);
      Report.print(screen, results);
      output.write(Report.of(settings, results));
    }
    return 0;
  }

  private Settings settings() {
    if (brief) {
      return brief();
    }
    try {
      return new Settings(
          connections,
          frame,
          devices,
          rounds.measured(),
          rounds.warmUps(),
          new Settings.Amounts(events, log, rate, seconds),
          new Settings.Many(queries, manyRate, manySeconds),
          new Settings.Stalled(
              stalled, stalledRate, minutes == null ? stalledSeconds : 60 * minutes),
          new Settings.View(groups),
          serverJvm.options());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  static List<Race.Result> run(
      Server server, Settings settings, List<String> only, PrintWriter progress) throws Exception {
    List<Race.Result> results = new ArrayList<>();
    if (only.contains("a")) {
      results.add(new IngestBenchmark(server, settings).run(progress));
    }
    if (only.contains("b")) {
      results.add(new ReplayBenchmark(server, settings).run(progress));
    }
    if (only.contains("c")) {
      results.add(new LatencyBenchmark(server, settings).run(progress));
    }
    if (only.contains("d")) {
      results.add(new ManyBenchmark(server, settings).run(progress));
    }
    if (only.contains("e")) {
      results.add(new StalledBenchmark(server, settings).run(progress));
    }
    if (only.contains("f")) {
      for (int groups : settings.view().groups()) {
        results.add(new ViewBenchmark(server, settings, groups).run(progress));
      }
    }
    return results;
  }
}
