package dev.sluice.benchmark;

import dev.sluice.benchmark.trial.Definitions;
import dev.sluice.benchmark.trial.Pipelines;
import dev.sluice.benchmark.trial.Servers;
import dev.sluice.engine.catalog.CatalogStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events a second of one view over a log that is there, with more threads and more processes, and
 * what it hands on between its stages. Contenders do not take turns: they would share the work.
 */
final class ScaleBenchmark {
  private static final int FRAME = 100;
  private static final String PARTIALS = "sluice.partials";

  private static final List<Shape> SHAPES =
      List.of(new Shape(1, 1), new Shape(1, 2), new Shape(2, 1));

  private final Servers servers;
  private final Path directory;
  private final Size size;
  private final PrintWriter progress;

  /** How many processes, and threads of the merge in each. */
  private record Shape(int processes, int threads) {
    String text() {
      return "%d process%s, %d thread%s"
          .formatted(processes, processes == 1 ? "" : "es", threads, threads == 1 ? "" : "s");
    }
  }

  /**
   * How much there is to do.
   *
   * @param events in the log
   */
  record Size(long events, int rounds, int warmUps) {}

  /**
   * What came out.
   *
   * @param rates events a second
   * @param input the log
   * @param shuffled what was handed on between the stages
   */
  record Scaled(Race.Result rates, Traffic.Amount input, Traffic.Amount shuffled) {
    double share() {
      return (double) shuffled.bytes() / input.bytes();
    }
  }

  ScaleBenchmark(Servers servers, Path directory, Size size, PrintWriter progress) {
    this.servers = servers;
    this.directory = directory;
    this.size = size;
    this.progress = progress;
  }

  Scaled run(int groups) throws Exception {
    RawKafka kafka = new RawKafka(servers.kafka());
    String stream = "scaled_" + groups;
    ViewedLog viewed = new ViewedLog(groups, size.events());
    progress.printf(Locale.ROOT, "%n%d groups: %s%n", groups, viewed);
    try (Definitions definitions = new Definitions(servers)) {
      CatalogStream source = definitions.declare(Readings.definition(stream));
      ReadingsLog log = new ReadingsLog(kafka, stream, source.schemaId(), viewed.readings());
      log.append(0, size.events(), FRAME);
      log.closeWindows(size.events());
      View view = new View(definitions, kafka, viewed.expected(), stream);
      Map<String, List<Race.Round>> rounds = new LinkedHashMap<>();
      Traffic.Amount shuffled = new Traffic.Amount(0, 0);
      for (Shape shape : SHAPES) {
        try (Pipelines pipelines = new Pipelines(servers, directory, Server.JVM)) {
          for (int i = 0; i < shape.processes(); i++) {
            pipelines.add(List.of("--sluice.views.merge-threads=" + shape.threads()));
          }
          pipelines.awaitReady();
          rounds.put(shape.text(), rounds(shape, view));
          if (shape.equals(SHAPES.get(0))) {
            shuffled = shuffled(kafka, view);
          }
          pipelines.stop();
        }
      }
      return new Scaled(
          new Race.Result("scale of " + groups + " groups", viewed.toString(), List.of(), rounds),
          Traffic.of(kafka, source.definition().topic()),
          shuffled);
    }
  }

  private List<Race.Round> rounds(Shape shape, View view) throws Exception {
    List<Race.Round> rounds = new ArrayList<>();
    for (int round = 0; round < size.warmUps() + size.rounds(); round++) {
      Map<String, Double> figures = Map.of(ReplayBenchmark.FIGURE, view.rate());
      double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      if (round >= size.warmUps()) {
        rounds.add(new Race.Round(figures, load));
      }
      progress.printf(
          Locale.ROOT, "  %-22s %s, load %.1f%n", shape.text(), Race.text(figures), load);
      progress.flush();
    }
    return rounds;
  }

  /** In a round that is not measured: counting takes time. */
  private static Traffic.Amount shuffled(RawKafka kafka, View view) throws Exception {
    try (Traffic traffic = Traffic.from(kafka, PARTIALS)) {
      double unused = view.rate();
      return traffic.end();
    }
  }

  /** The view, which is another each time. */
  private final class View {
    private final Definitions definitions;
    private final RawKafka kafka;
    private final ExpectedView expected;
    private final String stream;
    private int number;

    View(Definitions definitions, RawKafka kafka, ExpectedView expected, String stream) {
      this.definitions = definitions;
      this.kafka = kafka;
      this.expected = expected;
      this.stream = stream;
    }

    /** From its definition to the last of its rows, each of which is looked at. */
    double rate() throws Exception {
      String name = "of_" + stream + "_" + number++;
      long began = System.nanoTime();
      String topic = definitions.define(name, expected.query(stream), false).definition().topic();
      try (ExpectedView.Reading reading = expected.reading(kafka.committed(), topic)) {
        reading.untilAll(ExpectedView::ofView);
        return size.events() * 1e9 / (System.nanoTime() - began);
      } finally {
        definitions.drop(name);
      }
    }
  }
}
