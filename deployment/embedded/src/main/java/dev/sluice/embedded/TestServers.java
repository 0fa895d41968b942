package dev.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The Kafka and the PostgreSQL of a module's tests, below its {@code target} folder: each started
 * by the first test that needs it, and stopped with the JVM.
 */
public final class TestServers {
  private static final Path DIRECTORY = fresh(Path.of("target", "servers"));

  private TestServers() {}

  /** {@code host:port} of a Kafka that all tests of the module share. */
  public static String kafka() {
    return Kafka.SERVER.bootstrapServers();
  }

  /** URL of a PostgreSQL that all tests of the module share. */
  public static String postgres() {
    return Postgres.SERVER.url();
  }

  /** An empty directory for one test's own server. */
  public static Path directory(String name) {
    return DIRECTORY.resolve(name);
  }

  private static Path fresh(Path directory) {
    try {
      if (Files.exists(directory)) {
        delete(directory);
      }
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static <T extends AutoCloseable> T closedAtTheEnd(T server) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.close();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                }));
    return server;
  }

  private static final class Kafka {
    static final EmbeddedKafka SERVER =
        closedAtTheEnd(EmbeddedKafka.start(directory("kafka"), "127.0.0.1", 0));
  }

  private static final class Postgres {
    static final EmbeddedPostgres SERVER =
        closedAtTheEnd(EmbeddedPostgres.start(directory("postgres"), "127.0.0.1", 0));
  }
}
