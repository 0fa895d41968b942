package dev.sluice.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmark.fuzz.FuzzResult;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same code with little to do: each contender checks its own counts; no speed is looked at. */
class BenchmarkTest {
  private static final PrintWriter SCREEN = new PrintWriter(System.out, true);
  private static Server server;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws Exception {
    server = Server.start(List.of("-XX:TieredStopAtLevel=1"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyContenderDoesTheWorkOfItsBaseline() throws Exception {
    Settings settings = Benchmark.brief();
    List<Race.Result> results =
        Benchmark.run(server, settings, List.of("a", "b", "c", "d", "e", "f"), SCREEN);

    Path file = directory.resolve("results.json");
    Report.write(file, Report.of(settings, results));
    JsonNode report = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(report.path("benchmarks").size()).isEqualTo(7);
    for (JsonNode benchmark : report.path("benchmarks")) {
      assertThat(benchmark.path("contenders").size()).isGreaterThanOrEqualTo(2);
      for (JsonNode contender : benchmark.path("contenders")) {
        assertThat(contender.path("rounds").size()).isLessThanOrEqualTo(settings.rounds());
      }
      assertThat(benchmark.path("contenders").get(0).path("baseline").asBoolean()).isTrue();
    }
  }

  @Test
  void nothingBadComesOfChangedRequests() throws Exception {
    FuzzResult result = FuzzCommand.run(server, 1, 0, 1_500, SCREEN);

    assertThat(result.findings()).isEmpty();
    assertThat(result.nothingLost()).isTrue();
    assertThat(result.inputs()).hasSize(7);
  }

  @Test
  void nothingIsLostWhenAllAreCutOff() throws Exception {
    StormTrial.Size size = new StormTrial.Size(20, 20, 1, Duration.ofSeconds(1));

    assertThat(new StormTrial(server, size, SCREEN).run()).containsKey("rows again last s");
  }

  @Test
  void everySubscriberGetsEveryRowOnce() throws Exception {
    for (int together : List.of(1, 10)) {
      FanoutBenchmark.Load load = new FanoutBenchmark.Load(20, together, 50, 1);
      try (SluiceFanout side = new SluiceFanout(server, together, "fanout_" + together)) {
        Race.Result result =
            new FanoutBenchmark(load).run(List.of(side), Benchmark.brief(), SCREEN);

        assertThat(result.medians(side.name()).get("rows/s")).isPositive();
      }
    }
  }
}
