package dev.sluice.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same code with little to do: each contender checks its own counts; no speed is looked at. */
class BenchmarkTest {
  @TempDir private Path directory;

  @Test
  void everyContenderDoesTheWorkOfItsBaseline() throws Exception {
    Settings settings = Benchmark.brief();
    List<Race.Result> results =
        Benchmark.run(
            settings, List.of("a", "b", "c", "d", "e"), new PrintWriter(System.out, true));

    Path file = directory.resolve("results.json");
    Report.write(file, settings, results);
    JsonNode report = JsonMapper.shared().readTree(Files.readString(file));
    assertThat(report.path("benchmarks").size()).isEqualTo(5);
    for (JsonNode benchmark : report.path("benchmarks")) {
      assertThat(benchmark.path("contenders").size()).isGreaterThanOrEqualTo(2);
      for (JsonNode contender : benchmark.path("contenders")) {
        assertThat(contender.path("rounds").size()).isLessThanOrEqualTo(settings.rounds());
      }
      assertThat(benchmark.path("contenders").get(0).path("baseline").asBoolean()).isTrue();
    }
  }

  @Test
  void everySubscriberGetsEveryRowOnce() throws Exception {
    PrintWriter screen = new PrintWriter(System.out, true);
    try (Server server = Server.start(List.of())) {
      for (int together : List.of(1, 10)) {
        FanoutBenchmark.Load load = new FanoutBenchmark.Load(20, together, 50, 1);
        try (SluiceFanout side = new SluiceFanout(server, together, "fanout_" + together)) {
          Race.Result result =
              new FanoutBenchmark(load).run(List.of(side), Benchmark.brief(), screen);

          assertThat(result.medians(side.name()).get("rows/s")).isPositive();
        }
      }
    }
  }
}
