package dev.sluice.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that runs on a data directory, by the process id that it keeps in there. A killed
 * run leaves it behind, and the next start would silently be answered by it.
 */
final class Postmaster {
  private static final Logger log = LoggerFactory.getLogger(Postmaster.class);
  private static final Duration FAST = Duration.ofSeconds(10);
  private static final Duration KILLED = Duration.ofSeconds(5);

  private final Path data;
  private final Path pidFile;

  Postmaster(Path data) {
    this.data = data;
    this.pidFile = data.resolve("postmaster.pid");
  }

  /** Stops it where it runs; a stale process id is removed, for PostgreSQL would trip over it. */
  void stop() {
    if (!Files.exists(pidFile)) {
      return;
    }
    Optional<ProcessHandle> running = running();
    if (running.isPresent()) {
      log.info("stopping the PostgreSQL of an earlier run, process {}", running.get().pid());
      if (!ends(running.get(), "-INT", FAST) && !ends(running.get(), "-KILL", KILLED)) {
        throw new EmbeddedServerException(
            "PostgreSQL of an earlier run does not stop: process "
                + running.get().pid()
                + " on "
                + data);
      }
    }
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new EmbeddedServerException("cannot remove " + pidFile + ": " + e.getMessage(), e);
    }
  }

  /** The process of the process id, if it is a PostgreSQL: numbers are used again. */
  Optional<ProcessHandle> running() {
    try {
      List<String> lines = Files.readAllLines(pidFile);
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      return ProcessHandle.of(Long.parseLong(lines.get(0).trim()))
          .filter(ProcessHandle::isAlive)
          .filter(process -> process.info().command().orElse("").endsWith("postgres"));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | NumberFormatException e) {
      throw new EmbeddedServerException("cannot read " + pidFile + ": " + e.getMessage(), e);
    }
  }

  /** SIGINT is PostgreSQL's fast shutdown: cut the connections, write a checkpoint, leave. */
  private boolean ends(ProcessHandle process, String signal, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    try {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      // Not onExit alone: where no one reaps orphans, the ended process stays in the table.
      while (running().isPresent()) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        exited(process);
      }
      return true;
    } catch (IOException | ExecutionException e) {
      throw new EmbeddedServerException(
          "cannot stop process " + process.pid() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("interrupted while stopping PostgreSQL", e);
    }
  }

  private static void exited(ProcessHandle process)
      throws ExecutionException, InterruptedException {
    try {
      process.onExit().get(100, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.debug("process {} still runs", process.pid());
    }
  }
}
