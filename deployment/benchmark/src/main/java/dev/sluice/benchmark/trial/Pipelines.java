package dev.sluice.benchmark.trial;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of the pipeline; one that has ended is started again, as a supervisor does. */
final class Pipelines implements AutoCloseable {
  private final Servers servers;
  private final Path directory;
  private final List<String> jvm;
  private final List<List<String>> settings = new ArrayList<>();
  private final List<JavaProcess> processes = new ArrayList<>();
  private int endedByThemselves;

  Pipelines(Servers servers, Path directory, List<String> jvm) {
    this.servers = servers;
    this.directory = directory;
    this.jvm = List.copyOf(jvm);
  }

  /**
   * Starts one more.
   *
   * @param with {@code --sluice.views.some=value}
   */
  void add(List<String> with) throws IOException {
    settings.add(with);
    processes.add(start(processes.size()));
  }

  private JavaProcess start(int number) throws IOException {
    List<String> main = new ArrayList<>();
    main.addAll(List.of("dev.sluice.standalone.Standalone", "pipeline"));
    main.addAll(List.of("--kafka", servers.kafka(), "--postgres", servers.postgres()));
    main.addAll(List.of("--log", directory.resolve("pipeline-" + number + ".log").toString()));
    main.addAll(settings.get(number));
    return JavaProcess.start(
        "pipeline-" + number,
        directory.resolve("pipeline-" + number + ".out"),
        jvm,
        main,
        "the pipeline runs");
  }

  int count() {
    return processes.size();
  }

  /** How many have ended though nobody killed them. */
  int endedByThemselves() {
    return endedByThemselves;
  }

  void awaitReady() throws Exception {
    for (JavaProcess process : processes) {
      process.awaitReady();
    }
  }

  /** SIGKILL, and at once a new one in its place. */
  void killAndReturn(int number) throws Exception {
    processes.get(number).kill();
    processes.set(number, start(number));
  }

  /** Starts again those that have ended by themselves. */
  void tend() throws IOException {
    for (int i = 0; i < processes.size(); i++) {
      if (!processes.get(i).isAlive()) {
        endedByThemselves++;
        processes.set(i, start(i));
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (JavaProcess process : processes) {
      if (process.isAlive()) {
        process.kill();
      }
    }
  }
}
