package dev.sluice.benchmark;

import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.StreamDefinition;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The same query in Flink SQL, asked of a cluster that runs already, in a process of its own with
 * this one's options. Time is from asking to the last row, planning and the job's start included; a
 * second contender leaves out what a job takes that has nothing to read.
 */
final class FlinkReplay implements AutoCloseable {
  private static final String MAIN = "dev.sluice.benchmark.flink.FlinkSql";
  private static final String TOOK = "took ";
  private static final List<String> JVM =
      List.of(
          "-Xmx2g",
          "-XX:+UseG1GC",
          "-XX:+ExitOnOutOfMemoryError",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED");
  private static final long STOPPED_WITHIN_SECONDS = 30;

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;
  private final long events;
  private final Expected expected;
  private long tookNanos;

  /**
   * @param events in the stream's topic
   */
  FlinkReplay(String bootstrapServers, StreamDefinition stream, long events, Expected expected)
      throws IOException {
    this.events = events;
    this.expected = expected;
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(JVM);
    command.addAll(List.of("-cp", classPath(), MAIN));
    command.addAll(List.of(bootstrapServers, stream.topic(), StreamSchema.of(stream).toString()));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
  }

  /** Its module is built beside ours, whether we are a jar or classes. */
  private static String classPath() {
    try {
      Path ours =
          Path.of(
              Objects.requireNonNull(FlinkReplay.class.getProtectionDomain().getCodeSource())
                  .getLocation()
                  .toURI());
      Path its = Objects.requireNonNull(ours.getParent()).resolveSibling("flink").resolve("target");
      Path classes = its.resolve("classes");
      if (!Files.isDirectory(classes)) {
        throw new IllegalStateException(
            classes + " must be there: build deployment/benchmark/flink");
      }
      return classes + File.pathSeparator + its.resolve("lib") + File.separator + "*";
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From asking to the last row. */
  Contender wholly() {
    return Contender.of(
        "Flink SQL",
        number -> {
          Answer answer = ask("readings");
          expected.checkRows(answer.rows);
          tookNanos = answer.nanos;
          return Map.of(ReplayBenchmark.FIGURE, events * 1e9 / tookNanos);
        });
  }

  /** The same without what a job's start and end take; its turn is after the other's. */
  Contender running() {
    return Contender.of(
        "Flink less start",
        number -> {
          Answer nothing = ask("nothing");
          WrongCount.check("rows of nothing", 0, nothing.rows.size());
          Map<String, Double> figures = new LinkedHashMap<>();
          figures.put(ReplayBenchmark.FIGURE, events * 1e9 / (tookNanos - nothing.nanos));
          figures.put("start ms", nothing.nanos / 1e6);
          return figures;
        });
  }

  private Answer ask(String question) throws Exception {
    questions.println(question);
    return CompletableFuture.supplyAsync(this::read)
        .get(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private record Answer(List<String> rows, long nanos) {}

  private Answer read() {
    try {
      List<String> rows = new ArrayList<>();
      String line;
      while ((line = answers.readLine()) != null) {
        if (line.startsWith(TOOK)) {
          return new Answer(rows, Long.parseLong(line.substring(TOOK.length())));
        }
        rows.add(line);
      }
      throw new IllegalStateException("Flink's process ended: its standard error says why");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It ends with its last question. */
  @Override
  public void close() throws InterruptedException {
    questions.close();
    if (!process.waitFor(STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
