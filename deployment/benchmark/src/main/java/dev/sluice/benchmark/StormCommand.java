package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Many connections, and all of them lost at once. */
@Command(
    name = "storm",
    description = {
      "Many devices over RSocket and many subscribers over server-sent events at once: the memory of",
      "each, and how long it takes until all go on after all were cut off. No acked event may be lost,",
      "and no subscriber may miss a row or have one twice."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class StormCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--devices", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int devices = 5_000;

  @Option(names = "--subscribers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int subscribers = 5_000;

  @Option(
      names = "--storms",
      paramLabel = "N",
      description = "How often all are cut off (default: ${DEFAULT-VALUE}).")
  private int storms = 3;

  @Option(
      names = "--period",
      paramLabel = "S",
      description =
          "Seconds from a device's ack to its next event, on average (default: ${DEFAULT-VALUE}).")
  private int period = 5;

  @Mixin private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  StormCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter screen = spec.commandLine().getOut();
    StormTrial.Size size =
        new StormTrial.Size(devices, subscribers, storms, Duration.ofSeconds(period));
    try (Server server = Server.start(List.of())) {
      Map<String, Double> figures = new StormTrial(server, size, screen).run();
      ObjectNode report = Report.head();
      report.set("size", JsonMapper.shared().valueToTree(size));
      report.set("figures", JsonMapper.shared().valueToTree(figures));
      output.write(report);
    }
    return 0;
  }
}
