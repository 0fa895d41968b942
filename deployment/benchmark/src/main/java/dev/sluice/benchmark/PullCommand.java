package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looking rows of views up by their key. */
@Command(
    name = "pull",
    description = {
      "Rows of a view by their key, over HTTP, against the same statement, prepared, that PostgreSQL",
      "is asked by JDBC: of a running total one row, of windows some."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PullCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "Different keys (default: ${DEFAULT-VALUE}).")
  private int devices = 5_000;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "That the views are of (default: ${DEFAULT-VALUE}).")
  private int events = 200_000;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description = "Of a round, one after the other (default: ${DEFAULT-VALUE}).")
  private int questions = 2_000;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "That ask at the same time (default: ${DEFAULT-VALUE}).")
  private int clients = 1;

  @Mixin private final Rounds rounds = new Rounds(3, 1);

  @Mixin private final ServerJvm serverJvm = new ServerJvm();

  @Mixin private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  PullCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter screen = spec.commandLine().getOut();
    List<Race.Result> results = new ArrayList<>();
    PullBenchmark.Load load = new PullBenchmark.Load(devices, events, questions, clients);
    try (Server server = Server.start(serverJvm.options())) {
      try (PullBenchmark pull = new PullBenchmark(server, load)) {
        results.addAll(pull.run(Benchmark.brief().of(rounds), screen));
      }
    }
    Report.print(screen, results);
    output.write(Report.of(load, results));
    return 0;
  }
}
