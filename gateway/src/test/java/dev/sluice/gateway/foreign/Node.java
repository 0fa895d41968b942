package dev.sluice.gateway.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scripts in {@code src/test/js}, each a process of its own. */
final class Node {
  private static final Path SCRIPTS = Path.of("src", "test", "js");
  private static final long PATIENCE_SECONDS = 60;

  private Node() {}

  /** What the script prints, which is one JSON value. */
  static JsonNode run(String script, String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    try {
      Path directory = Files.createTempDirectory(Path.of("target"), "node-");
      Path in = Files.writeString(directory.resolve("in"), input);
      Path out = directory.resolve("out");
      Path err = directory.resolve("err");
      Process process =
          new ProcessBuilder(command)
              .directory(SCRIPTS.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new AssertionError(
              command + " did not end well: " + Files.readString(out) + Files.readString(err));
        }
      } finally {
        process.destroyForcibly();
      }
      return JsonMapper.shared().readTree(Files.readString(out, UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
