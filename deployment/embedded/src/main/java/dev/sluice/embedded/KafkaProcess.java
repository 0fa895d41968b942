package dev.sluice.embedded;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * {@link EmbeddedKafka} as a process of its own: {@code KafkaProcess DIRECTORY PORT [HOST [NODE
 * CONTROLLER-PORT,…]]}, the latter two for a node of a cluster. Prints {@code ready HOST:PORT} on
 * standard output, serves until SIGTERM or SIGINT, exits 2 with one line on standard error when it
 * cannot start.
 */
public final class KafkaProcess {
  private KafkaProcess() {}

  @SuppressWarnings("SystemOut") // The ready line and the failure are this process's interface.
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length < 2 || arguments.length == 4 || arguments.length > 5) {
      System.err.println("usage: KafkaProcess DIRECTORY PORT [HOST [NODE CONTROLLER-PORT,...]]");
      System.exit(2);
    }
    String configuration = "logback.configurationFile";
    if (System.getProperty(configuration) == null) {
      System.setProperty(configuration, "dev/sluice/embedded/logback-process.xml");
    }
    try {
      // Held until the process ends; never closed by hand.
      EmbeddedKafka kafka = start(arguments);
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "kafka-stop"));
      System.out.println("ready " + kafka.bootstrapServers());
    } catch (EmbeddedServerException | NumberFormatException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    new CountDownLatch(1).await();
  }

  private static EmbeddedKafka start(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    String host = arguments.length == 2 ? "127.0.0.1" : arguments[2];
    if (arguments.length < 5) {
      return EmbeddedKafka.start(directory, host, port);
    }
    List<Integer> controllerPorts =
        Arrays.stream(arguments[4].split(",")).map(Integer::valueOf).toList();
    return EmbeddedKafka.startMember(
        directory, host, port, Integer.parseInt(arguments[3]), controllerPorts);
  }
}
