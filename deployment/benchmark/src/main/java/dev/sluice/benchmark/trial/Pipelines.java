package dev.sluice.benchmark.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The processes of the pipeline; one that has ended is started again, as a supervisor does. */
public final class Pipelines implements AutoCloseable {
  private final Servers servers;
  private final Path directory;
  private final List<String> jvm;
  private final List<List<String>> settings = new ArrayList<>();
  private final List<JavaProcess> processes = new ArrayList<>();
  private List<String> archive = List.of();
  private final List<String> endedByThemselves = new ArrayList<>();

  public Pipelines(Servers servers, Path directory, List<String> jvm) {
    this.servers = servers;
    this.directory = directory;
    this.jvm = List.copyOf(jvm);
  }

  /**
   * Archives what a start loads, as the launcher does, by a start that stops when it is ready:
   * those that follow are as quick as the launcher's. A class path of directories cannot be
   * archived.
   */
  void archive() throws Exception {
    if (!JavaProcess.isJar()) {
      return;
    }
    Path file = directory.resolve("pipeline.jsa");
    settings.add(List.of());
    archive = List.of("-XX:ArchiveClassesAtExit=" + file, "-Xlog:disable");
    try (JavaProcess started = start(0)) {
      started.awaitReady();
    }
    settings.clear();
    archive =
        Files.isRegularFile(file)
            ? List.of("-XX:SharedArchiveFile=" + file, "-Xshare:auto")
            : List.of();
  }

  /**
   * Starts one more.
   *
   * @param with {@code --sluice.views.some=value}
   */
  public void add(List<String> with) throws IOException {
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
        Stream.concat(archive.stream(), jvm.stream()).toList(),
        main,
        "the pipeline runs");
  }

  int count() {
    return processes.size();
  }

  /** Which have ended though nobody killed them, and how. */
  List<String> endedByThemselves() {
    return endedByThemselves;
  }

  public void awaitReady() throws Exception {
    for (JavaProcess process : processes) {
      process.awaitReady();
    }
  }

  /** SIGKILL, and at once a new one in its place. */
  void killAndReturn(int number) throws Exception {
    kill(number);
    processes.set(number, start(number));
  }

  /** SIGKILL. */
  void kill(int number) throws InterruptedException {
    processes.get(number).kill();
  }

  /** Has all of them leave to others what they do, and end. */
  public void stop() throws InterruptedException {
    for (JavaProcess process : processes) {
      process.close();
    }
  }

  /** Starts again those that have ended by themselves. */
  void tend() throws IOException {
    for (int i = 0; i < processes.size(); i++) {
      if (!processes.get(i).isAlive()) {
        endedByThemselves.add(processes.get(i).ending());
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
