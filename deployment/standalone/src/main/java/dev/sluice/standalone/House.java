package dev.sluice.standalone;

import dev.sluice.embedded.DataDirectory;
import dev.sluice.embedded.EmbeddedKafka;
import dev.sluice.embedded.EmbeddedPostgres;
import dev.sluice.embedded.Ports;
import dev.sluice.standalone.demo.Demonstration;
import dev.sluice.standalone.demo.Relay;
import dev.sluice.views.Pipeline;
import dev.sluice.views.PipelineSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A started Sluice.
 *
 * @param host that others reach it at
 * @param httpPort of the HTTP door
 * @param rsocketPort of the RSocket door
 * @param kafka {@code host:port,…}
 * @param postgres without its password
 * @param data its directory
 * @param gateway which is there
 */
record House(
    String host,
    int httpPort,
    int rsocketPort,
    String kafka,
    String postgres,
    Path data,
    Gateway gateway) {
  /** The port of a Kafka that others reach through a relay. */
  private static final String BEHIND = "kafka behind the relay";

  /**
   * Starts everything, in the order in which one needs the other; each is one of the parts from the
   * moment it runs. Before anything starts, an orphan is stopped and the ports are checked.
   *
   * @param demonstration what is added for a demo; null: none
   */
  static House start(
      Options options, DataDirectory data, Parts parts, @Nullable Demonstration demonstration)
      throws Exception {
    EmbeddedPostgres.stopOrphan(data.postgres());
    Map<String, Integer> ports = ports(options, demonstration != null);
    if (demonstration != null && options.kafka == null) {
      demonstration.kafkaIsBehind(parts.start("relay before Kafka", () -> relay(options, ports)));
    }

    Servers servers =
        parts.start(
            "Kafka and PostgreSQL",
            () ->
                Servers.start(
                    options.kafka == null ? () -> kafka(options, data, ports) : null,
                    options.postgres == null ? () -> postgres(data, ports) : null));
    String kafka = options.kafka().orElseGet(() -> required(servers.kafka()).bootstrapServers());
    String postgres = options.postgres().orElseGet(() -> required(servers.postgres()).url());

    List<String> settings = new ArrayList<>();
    settings.add("--server.address=" + options.host);
    settings.add("--server.port=" + ports.get(Options.HTTP_PORT));
    settings.add("--spring.rsocket.server.address=" + options.host);
    settings.add("--spring.rsocket.server.port=" + ports.get(Options.RSOCKET_PORT));
    settings.add("--sluice.kafka.bootstrap-servers=" + kafka);
    settings.add("--sluice.postgres.url=" + postgres);
    if (demonstration != null) {
      settings.add("--sluice.webhooks.allow=localhost,127.0.0.0/8,::1");
    }
    settings.addAll(options.settings);
    PipelineSettings views = ViewsProperties.read(kafka, postgres, settings);
    Gateway gateway = parts.startPatiently("gateway", () -> Gateway.start(settings, demonstration));
    parts.startPatiently("pipeline", () -> Pipeline.start(views));

    return new House(
        reachable(options.host),
        required(ports.get(Options.HTTP_PORT)),
        required(ports.get(Options.RSOCKET_PORT)),
        kafka,
        postgres.replaceFirst("//.*@", "//"),
        data.path(),
        gateway);
  }

  String http() {
    return gateway.http(host, httpPort);
  }

  private static Map<String, Integer> ports(Options options, boolean kafkaIsBehind) {
    Map<String, Integer> wanted = new LinkedHashMap<>();
    wanted.put(Options.HTTP_PORT, options.httpPort);
    wanted.put(Options.RSOCKET_PORT, options.rsocketPort);
    if (options.kafka == null) {
      wanted.put(Options.KAFKA_PORT, options.kafkaPort);
    }
    if (options.postgres == null) {
      wanted.put(Options.POSTGRES_PORT, options.postgresPort);
    }
    if (options.kafka == null && kafkaIsBehind) {
      wanted.put(BEHIND, 0);
    }
    return Ports.choose(options.host, wanted);
  }

  private static Relay relay(Options options, Map<String, Integer> ports) {
    return Relay.start(
        new InetSocketAddress(options.host, required(ports.get(Options.KAFKA_PORT))),
        new InetSocketAddress("127.0.0.1", required(ports.get(BEHIND))));
  }

  private static EmbeddedKafka kafka(
      Options options, DataDirectory data, Map<String, Integer> ports) {
    int port = required(ports.get(Options.KAFKA_PORT));
    Integer behind = ports.get(BEHIND);
    return behind == null
        ? EmbeddedKafka.start(data.kafka(), options.host, port)
        : EmbeddedKafka.startBehind(data.kafka(), options.host, port, behind);
  }

  private static EmbeddedPostgres postgres(DataDirectory data, Map<String, Integer> ports) {
    return EmbeddedPostgres.start(
        data.postgres(), "127.0.0.1", required(ports.get(Options.POSTGRES_PORT)));
  }

  static String reachable(String host) {
    return switch (host) {
      case "127.0.0.1", "0.0.0.0", "::" -> "localhost";
      default -> host.contains(":") ? "[" + host + "]" : host;
    };
  }

  private static <T> T required(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
