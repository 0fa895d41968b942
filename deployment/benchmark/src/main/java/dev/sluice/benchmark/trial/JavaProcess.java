package dev.sluice.benchmark.trial;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of ours with its output in a file, which it shares with those before it. */
final class JavaProcess implements AutoCloseable {
  private static final long READY_WITHIN_SECONDS = 300;
  private static final long STOPPED_WITHIN_SECONDS = 30;
  private static final String STANDALONE = "sluice-standalone.jar";

  private final String name;
  private final Process process;
  private final CompletableFuture<String> ready = new CompletableFuture<>();
  private final Thread hook;
  private volatile String last = "";

  private JavaProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.hook = new Thread(process::destroy, "stop-" + name);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts it.
   *
   * @param log where its output is added
   * @param readyPrefix how the line begins by which it says that it is ready
   */
  static JavaProcess start(
      String name, Path log, List<String> jvm, List<String> main, String readyPrefix)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath()));
    command.addAll(main);
    JavaProcess started =
        new JavaProcess(name, new ProcessBuilder(command).redirectErrorStream(true).start());
    Thread reader = new Thread(() -> started.read(log, readyPrefix), "output-" + name);
    reader.setDaemon(true);
    reader.start();
    return started;
  }

  /** Whether what runs is a jar. */
  static boolean isJar() {
    return classPath().endsWith(STANDALONE);
  }

  /** The standalone's jar names its libraries itself, and PostgreSQL's may not be there twice. */
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    for (String entry : own.split(File.pathSeparator)) {
      if (entry.endsWith(STANDALONE)) {
        return entry;
      }
    }
    return own;
  }

  private void read(Path log, String readyPrefix) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        Writer out =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      String line;
      while ((line = lines.readLine()) != null) {
        out.write(line);
        out.write('\n');
        out.flush();
        last = line;
        if (line.startsWith(readyPrefix)) {
          ready.complete(line);
        }
      }
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
    ready.completeExceptionally(
        new IllegalStateException(name + " ended before it was ready: see " + log));
  }

  /** Waits for the line that says that it is ready. */
  String awaitReady() throws InterruptedException, ExecutionException, TimeoutException {
    return ready.get(READY_WITHIN_SECONDS, TimeUnit.SECONDS);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** How it has ended, and what it said last. */
  String ending() {
    return name + " with " + process.exitValue() + ", after \"" + last + "\"";
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** SIGKILL; waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    ended();
  }

  private void ended() throws InterruptedException {
    if (!process.waitFor(STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(name + ", process " + process.pid() + ", does not end");
    }
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // We end too.
    }
  }

  /** SIGTERM, and SIGKILL after a while. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOPPED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    ended();
  }
}
