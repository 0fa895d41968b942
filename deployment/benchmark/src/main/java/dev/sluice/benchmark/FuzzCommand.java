package dev.sluice.benchmark;

import dev.sluice.benchmark.fuzz.FuzzResult;
import dev.sluice.benchmark.fuzz.FuzzTrial;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Changed requests through every door. */
@Command(
    name = "fuzz",
    description = {
      "Sends valid frames, requests and SQL with a few changes each, through every door, and looks for",
      "answers that must not be: internal errors, something of the inside, none at all; and for threads",
      "and file descriptors that are left."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class FuzzCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private long inputs = 1_000_000;

  @Option(
      names = "--first",
      paramLabel = "N",
      description = "Number of the first: with --inputs 1 it is sent again alone (default: 0).")
  private long first;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all inputs (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Mixin private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  FuzzCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter screen = spec.commandLine().getOut();
    try (Server server = Server.start(List.of())) {
      FuzzResult result = run(server, seed, first, inputs, screen);
      ObjectNode report = Report.head();
      report.put("seed", seed);
      report.set("result", JsonMapper.shared().valueToTree(result));
      output.write(report);
      screen.println(result);
      return result.good() ? 0 : 1;
    }
  }

  /** The same with what the server may not tell. */
  static FuzzResult run(Server server, long seed, long first, long inputs, PrintWriter screen)
      throws Exception {
    FuzzTrial.Target target =
        new FuzzTrial.Target(
            Server.HOST,
            server.httpPort(),
            server.rsocketPort(),
            server.process(),
            server.secrets());
    return new FuzzTrial(target, seed, screen).run(first, inputs);
  }
}
