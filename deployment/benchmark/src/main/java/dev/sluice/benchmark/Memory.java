package dev.sluice.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What another process and its descendants hold. Linux only. */
final class Memory {
  private Memory() {}

  /** Bytes of memory that are resident. */
  static long resident(ProcessHandle process) throws IOException {
    long pages = 0;
    for (ProcessHandle one : Stream.concat(Stream.of(process), process.descendants()).toList()) {
      try {
        String[] statm = Files.readString(Path.of("/proc/" + one.pid() + "/statm")).split(" ");
        pages += Long.parseLong(statm[1]) - Long.parseLong(statm[2]);
      } catch (NoSuchFileException e) {
        // It has ended.
      }
    }
    return pages * 4096;
  }

  /** Bytes that wait in the kernel's send queues of the sockets at a local port. */
  static long sendQueues(int port) throws IOException {
    String local = ":%04X".formatted(port);
    long bytes = 0;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns.length > 4 && columns[1].endsWith(local)) {
          bytes += Long.parseLong(columns[4].substring(0, columns[4].indexOf(':')), 16);
        }
      }
    }
    return bytes;
  }

  /** Bytes of a JVM's heap that are in use after a full collection. */
  static long live(ProcessHandle jvm) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(List.of(jcmd.toString(), Long.toString(jvm.pid()), "GC.class_histogram"))
            .redirectErrorStream(true)
            .start();
    String output;
    try (var in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    process.waitFor();
    String total =
        output
            .lines()
            .filter(line -> line.startsWith("Total "))
            .findFirst()
            .orElseThrow(() -> new IOException("jcmd: " + output));
    return Long.parseLong(total.trim().split("\\s+")[2]);
  }
}
