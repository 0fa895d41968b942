package dev.sluice.benchmark;

import dev.sluice.embedded.Ports;
import dev.sluice.standalone.Standalone;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What {@code sluice up} starts, as a process of its own, with the launcher's options, on free
 * ports of the loopback and in a temporary directory that is deleted with it.
 */
final class Server implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  private static final String HTTP = "--http-port";
  private static final String RSOCKET = "--rsocket-port";
  private static final String KAFKA = "--kafka-port";
  private static final String POSTGRES = "--postgres-port";

  /** The launcher's. */
  static final List<String> JVM =
      List.of(
          "-Xms64m",
          "-Xmx1g",
          "-XX:+UseG1GC",
          "-XX:MaxDirectMemorySize=512m",
          "-XX:G1PeriodicGCInterval=60000",
          "-XX:+ExitOnOutOfMemoryError");

  private static final long READY_WITHIN_SECONDS = 300;
  private static final long STOPPED_WITHIN_SECONDS = 30;

  private final Process process;
  private final Path data;
  private final Map<String, Integer> ports;
  private final Thread hook = new Thread(this::stop, "server-stop");

  private Server(Process process, Path data, Map<String, Integer> ports) {
    this.process = process;
    this.data = data;
    this.ports = ports;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts it and waits until it is ready. */
  static Server start(List<String> furtherJvmOptions) throws Exception {
    Map<String, Integer> wanted = new LinkedHashMap<>();
    for (String port : List.of(HTTP, RSOCKET, KAFKA, POSTGRES)) {
      wanted.put(port, 0);
    }
    Map<String, Integer> ports = Ports.choose(HOST, wanted);
    Path data = Files.createTempDirectory("sluice-benchmark");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(JVM);
    command.addAll(furtherJvmOptions);
    command.addAll(program());
    command.addAll(List.of("up", "--data", data.toString()));
    command.addAll(List.of("--host", HOST));
    ports.forEach((option, port) -> command.addAll(List.of(option, Integer.toString(port))));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Server server = new Server(process, data, ports);
    try {
      server.awaitReady();
      return server;
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  /**
   * The standalone's main. Its jar names its libraries itself: on a class path that has them too,
   * everything would be there twice, and PostgreSQL's binaries may not be.
   */
  private static List<String> program() {
    String classPath = System.getProperty("java.class.path");
    for (String entry : classPath.split(File.pathSeparator)) {
      if (entry.endsWith("sluice-standalone.jar")) {
        return List.of("-jar", entry);
      }
    }
    return List.of("-cp", classPath, Standalone.class.getName());
  }

  private void awaitReady() throws ExecutionException, TimeoutException, InterruptedException {
    CompletableFuture<String> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(ready), "server-output");
    reader.setDaemon(true);
    reader.start();
    ready.get(READY_WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  /** Reads its output to the end, so that it never waits for us. */
  private void read(CompletableFuture<String> ready) {
    StringBuilder said = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null) {
        if (line.startsWith("ready in")) {
          ready.complete(line);
        } else if (!ready.isDone()) {
          said.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      said.append(e.getMessage());
    }
    ready.completeExceptionally(
        new IllegalStateException("the server ended before it was ready: " + said));
  }

  String http() {
    return "http://" + HOST + ":" + httpPort();
  }

  int httpPort() {
    return port(HTTP);
  }

  /** What nobody may be told. */
  List<String> secrets() {
    return List.of(data.toString(), "postgres:postgres");
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  int rsocketPort() {
    return port(RSOCKET);
  }

  int postgresPort() {
    return port(POSTGRES);
  }

  String kafka() {
    return HOST + ":" + port(KAFKA);
  }

  /** CPU time that the process has used: the gateway's, and the broker's in it. */
  double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  private int port(String option) {
    return Objects.requireNonNull(ports.get(option));
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already: the hook stops it.
      return;
    }
    stop();
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete(data);
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
