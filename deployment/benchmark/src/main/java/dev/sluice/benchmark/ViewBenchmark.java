package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/**
 * Events a second of a view that is defined over a log that is there, against the same aggregate
 * written by hand in Kafka Streams' DSL with the same guarantee: exactly once, windows in memory
 * with a changelog, final rows into a topic.
 *
 * <p>Time is from the definition, or the start of the application, to the last row that a reader of
 * the committed has: joining a group counts for both.
 */
final class ViewBenchmark {
  static final String NAME = "view";
  private static final int MANY = 1_000_000;
  private static final double AIM = 4;
  private static final double AIM_MANY = 0.8;

  private final Server server;
  private final Settings settings;
  private final int groups;
  private final String stream;
  private final long events;

  /**
   * @param groups of a window
   */
  ViewBenchmark(Server server, Settings settings, int groups) {
    this.server = server;
    this.settings = settings;
    this.groups = groups;
    this.stream = "viewed_" + groups;
    this.events =
        (long) settings.amounts().replay() / settings.frameEvents() * settings.frameEvents();
  }

  Race.Result run(PrintWriter progress) throws Exception {
    Http http = new Http(server.http());
    RawKafka kafka = new RawKafka(server.kafka());
    http.declare(stream);
    ViewedLog viewed = new ViewedLog(groups, events);
    ExpectedView expected = viewed.expected();
    int frame = settings.frameEvents();
    ReadingsLog log = ReadingsLog.begin(http, kafka, stream, viewed.readings(), frame);
    log.append(frame, events, frame);
    log.closeWindows(events);
    Contender byHand =
        new KafkaStreamsView(
            server.kafka(), Readings.definition(stream).topic(), expected, kafka, events);
    Contender view = Contender.of("view", number -> view(http, kafka, expected, number));
    return Race.run(
        NAME + " of " + groups + " groups",
        viewed.toString(),
        List.of(new Race.Aim(view.name(), byHand.name(), groups < MANY ? AIM : AIM_MANY)),
        List.of(byHand, view),
        settings,
        progress);
  }

  private Map<String, Double> view(Http http, RawKafka kafka, ExpectedView expected, int number)
      throws Exception {
    String name = "kept_%d_%d".formatted(groups, number);
    long began = System.nanoTime();
    http.define(name, expected.query(stream));
    try (ExpectedView.Reading reading = expected.reading(kafka.committed(), "view." + name)) {
      reading.untilAll(ExpectedView::ofView);
      return Map.of(ReplayBenchmark.FIGURE, events * 1e9 / (System.nanoTime() - began));
    } finally {
      http.drop(name);
    }
  }
}
