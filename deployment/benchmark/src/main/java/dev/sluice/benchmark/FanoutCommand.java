package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fan-out, at one load after the other. */
@Command(
    name = "fanout",
    description = {
      "Rows of one query to many subscribers over server-sent events, against nginx with Nchan at",
      "the same load. Without --nchan, Sluice alone."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class FanoutCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--nchan",
      paramLabel = "MODULE",
      description =
          "Nchan's module for --nginx, such as /usr/lib/nginx/modules/ngx_nchan_module.so.")
  private @Nullable Path nchan;

  @Option(names = "--nginx", paramLabel = "PROGRAM", description = "Default: ${DEFAULT-VALUE}.")
  private String nginx = "nginx";

  @Option(names = "--subscribers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int subscribers = 1_000;

  @Option(
      names = "--together",
      paramLabel = "N",
      split = ",",
      description = "Rows that leave together (default: ${DEFAULT-VALUE}).")
  private List<Integer> together = List.of(1, 10);

  @Option(
      names = "--rates",
      paramLabel = "N",
      split = ",",
      description = "How often they leave, a second (default: ${DEFAULT-VALUE}).")
  private List<Integer> rates = List.of(50, 500);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Length of a round (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Mixin private final Rounds rounds = new Rounds(3, 1);

  @Mixin private final ServerJvm serverJvm = new ServerJvm();

  @Mixin private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  FanoutCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter screen = spec.commandLine().getOut();
    List<Race.Result> results = new ArrayList<>();
    try (Server server = Server.start(serverJvm.options())) {
      for (int rows : together) {
        for (int rate : rates) {
          FanoutBenchmark.Load load = new FanoutBenchmark.Load(subscribers, rows, rate, seconds);
          results.add(run(server, load, screen));
        }
      }
    }
    Report.print(screen, results);
    output.write(
        Report.of(
            Map.of("subscribers", subscribers, "seconds", seconds, "rounds", rounds.measured()),
            results));
    return 0;
  }

  private Race.Result run(Server server, FanoutBenchmark.Load load, PrintWriter screen)
      throws Exception {
    List<FanoutBenchmark.Side> sides = new ArrayList<>();
    try {
      if (nchan != null) {
        for (int workers = 1; workers <= 2; workers++) {
          sides.add(new NchanFanout(Nchan.start(nginx, nchan, workers), load.together(), workers));
        }
      }
      String stream = "fanout_" + load.together() + "_" + load.rate();
      sides.add(new SluiceFanout(server, load.together(), stream));
      return new FanoutBenchmark(load).run(sides, Benchmark.brief().of(rounds), screen);
    } finally {
      for (FanoutBenchmark.Side side : sides) {
        side.close();
      }
    }
  }
}
