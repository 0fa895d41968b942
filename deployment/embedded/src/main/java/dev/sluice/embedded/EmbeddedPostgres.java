package dev.sluice.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One PostgreSQL, child of this process, with a database named {@value #DATABASE}. Its data stays
 * in the directory over restarts, and what it has committed is on disk.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  static final String DATABASE = "sluice";
  private static final Duration START_WITHIN = Duration.ofSeconds(30);

  private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
  private final Postmaster postmaster;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgres(
      io.zonky.test.db.postgres.embedded.EmbeddedPostgres server, Postmaster postmaster) {
    this.server = server;
    this.postmaster = postmaster;
  }

  /**
   * Starts PostgreSQL and waits until it answers, about 0.5 s; the first time it unpacks the
   * binaries and makes the data, about 5 s. The binaries are unpacked into the directory, or into
   * the one that the system property {@code sluice.postgres.binaries} names, if it may be written,
   * where others find them. A server that a killed run has left on the directory is stopped first.
   *
   * @param directory for this server alone; made where it is not there
   * @param host a further address to listen on besides the loopback; only this machine's users get
   *     in, since no one else has a password
   * @param port 0 for any free one
   * @throws EmbeddedServerException the port is taken or the directory is not usable
   */
  public static EmbeddedPostgres start(Path directory, String host, int port) {
    Path data = directory.toAbsolutePath().resolve("data");
    Path log = directory.toAbsolutePath().resolve("postgres.log");
    Postmaster postmaster = new Postmaster(data);
    try {
      DataDirectory.create(directory);
      postmaster.stop();
      int chosen = Ports.choose(host, port);
      EmbeddedPostgres started =
          new EmbeddedPostgres(
              io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
                  .setDataDirectory(data)
                  .setCleanDataDirectory(false)
                  .setOverrideWorkingDirectory(binaries(directory).toFile())
                  // Ours is to stop last, after those who use it; a hook would race with them.
                  .setRegisterShutdownHook(false)
                  .setPGStartupWait(START_WITHIN)
                  .setOutputRedirector(ProcessBuilder.Redirect.to(log.toFile()))
                  .setPort(chosen)
                  .setServerConfig("listen_addresses", addresses(host))
                  .setServerConfig("unix_socket_directories", "")
                  .setServerConfig("fsync", "on")
                  .setServerConfig("synchronous_commit", "on")
                  .setServerConfig("max_connections", "100")
                  // Strings compare by code point, as in Sluice, whatever the machine's language.
                  .setLocaleConfig("locale-provider", "builtin")
                  .setLocaleConfig("builtin-locale", "C.UTF-8")
                  .setLocaleConfig("locale", "C")
                  .start(),
              postmaster);
      started.createDatabase();
      return started;
    } catch (EmbeddedServerException e) {
      throw e;
    } catch (Exception | ExceptionInInitializerError e) {
      postmaster.stop();
      Throwable cause =
          e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
      throw new EmbeddedServerException(
          "PostgreSQL does not start in %s: %s (its log: %s)"
              .formatted(directory, cause.getMessage(), log),
          e);
    }
  }

  private static Path binaries(Path directory) {
    String shared = System.getProperty("sluice.postgres.binaries");
    boolean usable =
        shared != null && Files.isWritable(Path.of(shared).toAbsolutePath().getParent());
    return usable ? Path.of(shared) : directory.resolve("binaries");
  }

  /**
   * Stops the server that a killed run has left on the directory, and so frees its port; {@link
   * #start} does so too.
   */
  public static void stopOrphan(Path directory) {
    new Postmaster(directory.toAbsolutePath().resolve("data")).stop();
  }

  /** {@code postgresql://user:password@host:port/database}, always by the loopback. */
  public String url() {
    return "postgresql://postgres:postgres@127.0.0.1:%d/%s".formatted(server.getPort(), DATABASE);
  }

  public int port() {
    return server.getPort();
  }

  /** Stops PostgreSQL, cutting its connections, and waits for it. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.close();
    } catch (IOException e) {
      throw new EmbeddedServerException("PostgreSQL does not stop: " + e.getMessage(), e);
    } finally {
      postmaster.stop();
    }
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      boolean present;
      try (ResultSet found =
          statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
        present = found.next();
      }
      if (!present) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    }
  }

  private static String addresses(String host) {
    return host.equals("127.0.0.1") || host.equals("localhost") ? "127.0.0.1" : "127.0.0.1," + host;
  }
}
