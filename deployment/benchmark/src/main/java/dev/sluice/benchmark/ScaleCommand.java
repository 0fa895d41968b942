package dev.sluice.benchmark;

import dev.sluice.benchmark.ScaleBenchmark.Scaled;
import dev.sluice.benchmark.trial.RestoreTrial;
import dev.sluice.benchmark.trial.RestoreTrial.Restored;
import dev.sluice.benchmark.trial.Servers;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a view grows with threads, processes, groups and state. */
@Command(
    name = "scale",
    description = {
      "Events/s of one view with more threads and processes; the bytes between its stages against",
      "those of its stream; and how long another process takes to go on with the state of one that",
      "is killed."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ScaleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--groups",
      paramLabel = "N",
      split = ",",
      description = "Of a window, one after the other; 0: none (default: ${DEFAULT-VALUE}).")
  private List<Integer> groups = List.of(1_000, 1_000_000);

  @Option(
      names = "--log",
      paramLabel = "N",
      description = "Events in the log (default: ${DEFAULT-VALUE}).")
  private int log = 3_000_000;

  @Option(
      names = "--state",
      paramLabel = "N",
      split = ",",
      description =
          "Groups that a killed process had half of, one after the other; 0: none"
              + " (default: ${DEFAULT-VALUE}).")
  private List<Integer> state = List.of(10_000, 100_000, 1_000_000);

  @Mixin private final Rounds rounds = new Rounds(3, 1);

  @Mixin private final Output output = new Output();

  @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs the command.
  ScaleCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter screen = spec.commandLine().getOut();
    Path own = Files.createTempDirectory("sluice-scale");
    try {
      List<Scaled> scaled = scaled(own, screen);
      List<Restored> restored = restored(own, screen);
      Report.print(screen, scaled.stream().map(Scaled::rates).toList());
      output.write(report(scaled, restored));
    } finally {
      Server.delete(own);
    }
    return 0;
  }

  private List<Scaled> scaled(Path own, PrintWriter screen) throws Exception {
    List<Scaled> scaled = new ArrayList<>();
    ScaleBenchmark.Size size = new ScaleBenchmark.Size(log, rounds.measured(), rounds.warmUps());
    for (int each : groups.stream().filter(n -> n > 0).toList()) {
      Path directory = Files.createDirectory(own.resolve("groups-" + each));
      try (Servers servers = Servers.start(directory, 1)) {
        Scaled one = new ScaleBenchmark(servers, directory, size, screen).run(each);
        scaled.add(one);
        screen.printf(
            Locale.ROOT,
            "  %,d events of %,d bytes; between the stages %,d records of %,d bytes, %.3f of them%n",
            one.input().records(),
            one.input().bytes(),
            one.shuffled().records(),
            one.shuffled().bytes(),
            one.share());
      }
      Server.delete(directory);
    }
    return scaled;
  }

  private List<Restored> restored(Path own, PrintWriter screen) throws Exception {
    List<Restored> restored = new ArrayList<>();
    for (int each : state.stream().filter(n -> n > 0).toList()) {
      for (int standbys = 0; standbys <= 1; standbys++) {
        Path directory = own.resolve("state-" + each + "-" + standbys);
        Restored one = new RestoreTrial(directory, each, standbys, Server.JVM).run();
        restored.add(one);
        screen.printf(
            Locale.ROOT,
            "%,d groups, %d standby: totals moved again %.1f s after the SIGKILL (%,d records in the"
                + " changelog)%n",
            each,
            standbys,
            one.seconds(),
            one.changelogRecords());
        screen.flush();
        Server.delete(directory);
      }
    }
    return restored;
  }

  private ObjectNode report(List<Scaled> scaled, List<Restored> restored) {
    ObjectNode report = Report.head();
    ObjectNode said = report.putObject("settings");
    said.put("log", log).put("rounds", rounds.measured()).put("warmUps", rounds.warmUps());
    ArrayNode views = report.putArray("views");
    for (Scaled one : scaled) {
      ObjectNode view = Report.benchmark(one.rates());
      views.add(view);
      view.put("inputRecords", one.input().records()).put("inputBytes", one.input().bytes());
      view.put("shuffledRecords", one.shuffled().records());
      view.put("shuffledBytes", one.shuffled().bytes()).put("share", one.share());
    }
    ArrayNode taken = report.putArray("restored");
    for (Restored one : restored) {
      taken
          .addObject()
          .put("groups", one.groups())
          .put("standbys", one.standbys())
          .put("changelogRecords", one.changelogRecords())
          .put("seconds", one.seconds());
    }
    return report;
  }
}
