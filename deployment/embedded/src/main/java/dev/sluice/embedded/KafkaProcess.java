package dev.sluice.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * {@link EmbeddedKafka} as a process of its own: {@code KafkaProcess DIRECTORY PORT [HOST]}. Prints
 * {@code ready HOST:PORT} on standard output, serves until SIGTERM or SIGINT, exits 2 with one line
 * on standard error when it cannot start.
 */
public final class KafkaProcess {
  private KafkaProcess() {}

  @SuppressWarnings("SystemOut") // The ready line and the failure are this process's interface.
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length < 2 || arguments.length > 3) {
      System.err.println("usage: KafkaProcess DIRECTORY PORT [HOST]");
      System.exit(2);
    }
    String configuration = "logback.configurationFile";
    if (System.getProperty(configuration) == null) {
      System.setProperty(configuration, "dev/sluice/embedded/logback-process.xml");
    }
    String host = arguments.length == 3 ? arguments[2] : "127.0.0.1";
    try {
      // Held until the process ends; never closed by hand.
      EmbeddedKafka kafka =
          EmbeddedKafka.start(Path.of(arguments[0]), host, Integer.parseInt(arguments[1]));
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "kafka-stop"));
      System.out.println("ready " + kafka.bootstrapServers());
    } catch (EmbeddedServerException | NumberFormatException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    new CountDownLatch(1).await();
  }
}
