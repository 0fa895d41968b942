package dev.sluice.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** An option of every command. */
final class Output {
  @Option(names = "--out", paramLabel = "FILE", description = "Where the JSON goes.")
  private @Nullable Path file;

  /** Writes it, if that is wanted. */
  void write(ObjectNode report) throws IOException {
    if (file != null) {
      Report.write(file, report);
    }
  }
}
