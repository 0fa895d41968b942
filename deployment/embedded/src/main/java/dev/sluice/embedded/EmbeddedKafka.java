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
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker, its own controller, in this JVM. Topics, offsets and groups stay in the
 * directory over restarts.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String CONTROLLER = "CONTROLLER";
  private static final String LOOPBACK = "127.0.0.1";

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final AtomicBoolean closed = new AtomicBoolean();

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
    return start(directory, host, brokerPort, advertised(host) + ":" + brokerPort);
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
    return start(directory, LOOPBACK, brokerPort, advertised(host) + ":" + port);
  }

  private static EmbeddedKafka start(
      Path directory, String host, int brokerPort, String advertised) {
    int controllerPort = Ports.choose(LOOPBACK, 0);
    while (controllerPort == brokerPort) {
      // The broker's is free as long as it does not listen.
      controllerPort = Ports.choose(LOOPBACK, 0);
    }
    KafkaRaftServer server = null;
    try {
      DataDirectory.create(directory);
      format(directory);
      Map<String, String> settings = settings(directory, controllerPort);
      settings.put(
          "listeners",
          "PLAINTEXT://%s:%d,%s://127.0.0.1:%d"
              .formatted(bracketed(host), brokerPort, CONTROLLER, controllerPort));
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

  private static void format(Path directory) throws Exception {
    if (Files.exists(directory.resolve("meta.properties"))) {
      return;
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    new Formatter()
        .setNodeId(NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .setDirectories(List.of(directory.toString()))
        .setMetadataLogDirectory(directory.toString())
        .setControllerListenerName(CONTROLLER)
        .setReleaseVersion(MetadataVersion.latestProduction())
        .setIgnoreFormatted(true)
        .setPrintStream(new PrintStream(output, true, StandardCharsets.UTF_8))
        .run();
  }

  private static Map<String, String> settings(Path directory, int controllerPort) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", directory.toString());
    // Voters by setting rather than by record, so that the controller's port may differ each time.
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", CONTROLLER);
    settings.put(
        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
    settings.put("inter.broker.listener.name", "PLAINTEXT");

    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    // A broker that was killed comes back as itself only when its old session is over, and a
    // transaction that was cut off then must not be ended before that: its end would be lost, and
    // whoever reads what is committed would wait for ever.
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "1000");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "10000");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
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
