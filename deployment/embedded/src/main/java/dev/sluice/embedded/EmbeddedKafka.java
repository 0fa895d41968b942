package dev.sluice.embedded;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker, its own controller, in this JVM; alone, or one of several that are a cluster.
 * Topics, offsets and groups stay in the directory over restarts.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String CONTROLLER = "CONTROLLER";
  private static final String LOOPBACK = "127.0.0.1";

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * The nodes of a cluster, and which of them one is.
   *
   * @param node its number, from 1
   * @param controllerPorts of all nodes by their numbers, on loopback
   */
  private record Quorum(int node, List<Integer> controllerPorts) {
    private static final int MOST_REPLICAS = 3;

    Quorum {
      controllerPorts = List.copyOf(controllerPorts);
      if (node < 1 || node > controllerPorts.size()) {
        throw new EmbeddedServerException(
            "a node's number must be 1..%d: was %d".formatted(controllerPorts.size(), node));
      }
    }

    int controllerPort() {
      return controllerPorts.get(node - 1);
    }

    String voters() {
      return IntStream.rangeClosed(1, controllerPorts.size())
          .mapToObj(voter -> voter + "@" + LOOPBACK + ":" + controllerPorts.get(voter - 1))
          .collect(Collectors.joining(","));
    }

    /** Of every topic. */
    int replicas() {
      return Math.min(MOST_REPLICAS, controllerPorts.size());
    }

    /** So many have what is acknowledged: one replica may be away. */
    int inSync() {
      return Math.max(1, replicas() - 1);
    }

    /** All nodes of a cluster must know it by the same. */
    Uuid clusterId() {
      if (controllerPorts.size() == 1) {
        return Uuid.randomUuid();
      }
      UUID ofAll = UUID.nameUUIDFromBytes(voters().getBytes(StandardCharsets.US_ASCII));
      return new Uuid(ofAll.getMostSignificantBits(), ofAll.getLeastSignificantBits());
    }
  }

  private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker and waits until it serves, about 2 s; formats the directory when it is new.
   *
   * @param directory for this broker alone; made where it is not there
   * @param host the address to listen on; clients of a wildcard address are told a real one
   * @param port 0 for any free one
   * @throws EmbeddedServerException the port is taken or the directory is not usable
   */
  public static EmbeddedKafka start(Path directory, String host, int port) {
    int brokerPort = Ports.choose(host, port);
    return start(
        directory, host, brokerPort, advertised(host) + ":" + brokerPort, alone(brokerPort));
  }

  /**
   * Starts one broker of a cluster, and waits until it serves: it does when more than half of the
   * nodes are up. What is acknowledged is on all replicas but one, of three where there are as many
   * nodes.
   *
   * @param directory for this broker alone
   * @param node its number, from 1
   * @param controllerPorts of all nodes by their numbers, on loopback; the same each time
   */
  public static EmbeddedKafka startMember(
      Path directory, String host, int port, int node, List<Integer> controllerPorts) {
    int brokerPort = Ports.choose(host, port);
    return start(
        directory,
        host,
        brokerPort,
        advertised(host) + ":" + brokerPort,
        new Quorum(node, controllerPorts));
  }

  /**
   * Starts one on loopback whose clients are told another address, at which somebody listens who
   * hands on to this one.
   *
   * @param host the address that is listened on for it
   * @param port the port there
   * @param ownPort the broker's own
   */
  public static EmbeddedKafka startBehind(Path directory, String host, int port, int ownPort) {
    int brokerPort = Ports.choose(LOOPBACK, ownPort);
    return start(directory, LOOPBACK, brokerPort, advertised(host) + ":" + port, alone(brokerPort));
  }

  private static Quorum alone(int brokerPort) {
    int controllerPort = Ports.choose(LOOPBACK, 0);
    while (controllerPort == brokerPort) {
      // The broker's is free as long as it does not listen.
      controllerPort = Ports.choose(LOOPBACK, 0);
    }
    return new Quorum(1, List.of(controllerPort));
  }

  private static EmbeddedKafka start(
      Path directory, String host, int brokerPort, String advertised, Quorum quorum) {
    KafkaRaftServer server = null;
    try {
      DataDirectory.create(directory);
      format(directory, quorum);
      Map<String, String> settings = settings(directory, quorum);
      settings.put(
          "listeners",
          "PLAINTEXT://%s:%d,%s://127.0.0.1:%d"
              .formatted(bracketed(host), brokerPort, CONTROLLER, quorum.controllerPort()));
      settings.put("advertised.listeners", "PLAINTEXT://" + advertised);
      server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      return new EmbeddedKafka(server, advertised);
    } catch (Exception e) {
      if (server != null) {
        server.shutdown();
      }
      throw new EmbeddedServerException(
          "Kafka does not start in " + directory + ": " + e.getMessage(), e);
    }
  }

  /** What a client connects to: {@code host:port}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Stops the broker and waits for it; everything appended is in the directory. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      server.shutdown();
      server.awaitShutdown();
    }
  }

  private static void format(Path directory, Quorum quorum) throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    new Formatter()
        .setNodeId(quorum.node())
        .setClusterId(quorum.clusterId().toString())
        .setDirectories(List.of(directory.toString()))
        .setMetadataLogDirectory(directory.toString())
        .setControllerListenerName(CONTROLLER)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .setPrintStream(new PrintStream(output, true, StandardCharsets.UTF_8))
        .run();
  }

  private static Map<String, String> settings(Path directory, Quorum quorum) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(quorum.node()));
    settings.put("log.dirs", directory.toString());
    // Voters by setting rather than by record, so that the controller's port may differ each time.
    settings.put("controller.quorum.voters", quorum.voters());
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("inter.broker.listener.name", "PLAINTEXT");

    String replicas = Integer.toString(quorum.replicas());
    String inSync = Integer.toString(quorum.inSync());
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", inSync);
    settings.put("offsets.topic.replication.factor", replicas);
    settings.put("transaction.state.log.replication.factor", replicas);
    settings.put("transaction.state.log.min.isr", inSync);
    // A broker that was killed comes back as itself only when its old session is over, and a
    // transaction that was cut off then must not be ended before that: its end would be lost, and
    // whoever reads what is committed would wait for ever.
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "1000");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "10000");
    settings.put("share.coordinator.state.topic.replication.factor", replicas);
    settings.put("share.coordinator.state.topic.min.isr", inSync);
    // 50 each is for a cluster; here every partition is files and start-up time.
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.num.partitions", "1");

    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("message.max.bytes", Integer.toString(4 << 20));
    // Event times are the records' timestamps, and may be in the future of a replay.
    settings.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));

    // With a single replica the disk is the only copy: at most a second of it is at the mercy of a
    // power failure. (A crash of the process alone loses nothing: the pages are the kernel's.)
    settings.put("log.flush.interval.ms", "1000");
    settings.put("log.flush.scheduler.interval.ms", "1000");

    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "2");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
    settings.put("metric.reporters", "");
    return settings;
  }

  private static String advertised(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return bracketed(
          address.isAnyLocalAddress() ? InetAddress.getLocalHost().getHostAddress() : host);
    } catch (UnknownHostException e) {
      return "127.0.0.1";
    }
  }

  private static String bracketed(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
