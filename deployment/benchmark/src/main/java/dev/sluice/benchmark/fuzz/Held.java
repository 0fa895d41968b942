package dev.sluice.benchmark.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds. Linux only.
 *
 * @param threads that it has
 * @param sockets connections and listening sockets among its file descriptors
 * @param files other file descriptors
 */
public record Held(int threads, int sockets, int files) {

  static Held by(ProcessHandle process) throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    int threads;
    try (Stream<Path> all = Files.list(proc.resolve("task"))) {
      threads = (int) all.count();
    }
    int sockets = 0;
    int files = 0;
    try (Stream<Path> all = Files.list(proc.resolve("fd"))) {
      for (Path one : all.toList()) {
        if (target(one).startsWith("socket:")) {
          sockets++;
        } else {
          files++;
        }
      }
    }
    return new Held(threads, sockets, files);
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // Closed in between.
      return "";
    }
  }

  /** Whether it is no more than another, but for what comes and goes by itself. */
  boolean within(Held before, int slack) {
    return threads <= before.threads + slack
        && sockets <= before.sockets + slack
        && files <= before.files + slack;
  }
}
