package dev.sluice.benchmark;

import java.util.List;
import picocli.CommandLine.Option;

/** An option of every command that starts a server. */
final class ServerJvm {
  @Option(
      names = "--server-jvm",
      paramLabel = "OPTION",
      description = "A further option of the server's JVM, such as -XX:+UseParallelGC.")
  private List<String> options = List.of();

  List<String> options() {
    return options;
  }
}
