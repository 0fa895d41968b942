package dev.sluice.benchmark.trial;

import dev.sluice.embedded.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's brokers and a PostgreSQL, each a process, with their data in a directory. What was killed
 * comes back at the same port with the same data.
 */
public final class Servers implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration KILLED = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path directory;
  private final List<Integer> ports;
  private final List<Integer> controllerPorts;
  private final int postgresPort;
  private final List<@Nullable JavaProcess> brokers;
  private @Nullable JavaProcess postgres;
  private String postgresUrl = "";

  private Servers(Path directory, int brokerCount) {
    this.directory = directory;
    Map<String, Integer> wanted = new LinkedHashMap<>();
    for (int i = 0; i < brokerCount; i++) {
      wanted.put("broker " + i, 0);
      wanted.put("controller " + i, 0);
    }
    wanted.put("postgres", 0);
    Map<String, Integer> chosen = Ports.choose(HOST, wanted);
    ports = ports(chosen, "broker ", brokerCount);
    controllerPorts = ports(chosen, "controller ", brokerCount);
    postgresPort = Objects.requireNonNull(chosen.get("postgres"));
    brokers = new ArrayList<>();
    IntStream.range(0, brokerCount).forEach(i -> brokers.add(null));
  }

  private static List<Integer> ports(Map<String, Integer> chosen, String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Objects.requireNonNull(chosen.get(prefix + i)))
        .toList();
  }

  /** Starts them, and waits until they serve. */
  public static Servers start(Path directory, int brokers) throws Exception {
    Servers servers = new Servers(directory, brokers);
    try {
      // Half of the brokers are not ready without the others.
      for (int broker = 0; broker < brokers; broker++) {
        servers.startBroker(broker);
      }
      servers.startPostgres();
      for (JavaProcess broker : servers.brokers) {
        Objects.requireNonNull(broker).awaitReady();
      }
      return servers;
    } catch (Exception e) {
      servers.close();
      throw e;
    }
  }

  /** {@code host:port,…} */
  public String kafka() {
    return ports.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
  }

  String postgres() {
    return postgresUrl;
  }

  int brokers() {
    return ports.size();
  }

  private void startBroker(int broker) throws IOException {
    List<String> main = new ArrayList<>();
    main.add("dev.sluice.embedded.KafkaProcess");
    main.add(directory.resolve("kafka-" + broker).toString());
    main.addAll(List.of(Integer.toString(ports.get(broker)), HOST));
    if (brokers() > 1) {
      main.add(Integer.toString(broker + 1));
      main.add(controllerPorts.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    brokers.set(
        broker,
        JavaProcess.start(
            "broker-" + broker,
            directory.resolve("kafka-" + broker + ".log"),
            List.of("-Xmx768m", "-XX:TieredStopAtLevel=1"),
            main,
            "ready "));
  }

  /** SIGKILL. */
  void killBroker(int broker) throws InterruptedException {
    Objects.requireNonNull(brokers.get(broker)).kill();
  }

  /** Has a broker that was killed come back, and waits until it serves. */
  void returnBroker(int broker) throws Exception {
    startBroker(broker);
    Objects.requireNonNull(brokers.get(broker)).awaitReady();
  }

  private void startPostgres() throws Exception {
    JavaProcess started =
        JavaProcess.start(
            "postgres",
            directory.resolve("postgres.log"),
            List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"),
            List.of(
                "dev.sluice.embedded.PostgresProcess",
                directory.resolve("postgres").toString(),
                Integer.toString(postgresPort)),
            "ready ");
    postgres = started;
    postgresUrl = started.awaitReady().substring("ready ".length());
  }

  /** SIGKILL of PostgreSQL's first process; the others see it and end. */
  void killPostgres() throws Exception {
    Path pidFile = directory.resolve("postgres/data/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).trim());
    ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(postmaster);
    postmaster.destroyForcibly();
    long end = System.nanoTime() + KILLED.toNanos();
    while (all.stream().anyMatch(Servers::runs)) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("PostgreSQL, process " + pid + ", does not end");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    Objects.requireNonNull(postgres).kill();
  }

  /** Where nobody reaps orphans, an ended process stays in the table, without its command. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  void returnPostgres() throws Exception {
    startPostgres();
  }

  @Override
  public void close() throws Exception {
    JavaProcess running = postgres;
    if (running != null && running.isAlive()) {
      running.close();
    }
    for (JavaProcess broker : brokers) {
      if (broker != null && broker.isAlive()) {
        broker.kill();
      }
    }
  }
}
