package dev.sluice.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * {@link EmbeddedPostgres} under a process of its own: {@code PostgresProcess DIRECTORY PORT}.
 * Prints {@code ready URL} on standard output, serves until SIGTERM or SIGINT, exits 2 with one
 * line on standard error when it cannot start.
 */
public final class PostgresProcess {
  private PostgresProcess() {}

  @SuppressWarnings("SystemOut") // The ready line and the failure are this process's interface.
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 2) {
      System.err.println("usage: PostgresProcess DIRECTORY PORT");
      System.exit(2);
    }
    String configuration = "logback.configurationFile";
    if (System.getProperty(configuration) == null) {
      System.setProperty(configuration, "dev/sluice/embedded/logback-process.xml");
    }
    try {
      // Held until the process ends; never closed by hand.
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(
              Path.of(arguments[0]), "127.0.0.1", Integer.parseInt(arguments[1]));
      Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "postgres-stop"));
      System.out.println("ready " + postgres.url());
    } catch (EmbeddedServerException | NumberFormatException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    new CountDownLatch(1).await();
  }
}
