package dev.sluice.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What {@code up} and {@code demo} take alike. */
final class Options {
  static final String HTTP_PORT = "--http-port";
  static final String RSOCKET_PORT = "--rsocket-port";
  static final String KAFKA_PORT = "--kafka-port";
  static final String POSTGRES_PORT = "--postgres-port";

  /**
   * What goes on to the gateway: {@code --sluice.query.limit=5}, {@code --logging.level.x=debug}.
   */
  private static final Pattern SETTING = Pattern.compile("--[a-zA-Z][\\w-]*(\\.[\\w\\[\\]-]+)+=.*");

  @Spec(Target.MIXEE)
  @Nullable CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where everything is kept (default: ~/.sluice).")
  @Nullable Path data;

  @Option(
      names = {"--host", "--server.address"},
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Address to listen on (default: ${DEFAULT-VALUE}). PostgreSQL stays on loopback.")
  String host = "127.0.0.1";

  @Option(
      names = {HTTP_PORT, "--server.port"},
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "HTTP and WebSocket; 0 = any free one, as for each port (default: 8080).")
  int httpPort;

  @Option(
      names = {RSOCKET_PORT, "--spring.rsocket.server.port"},
      paramLabel = "PORT",
      defaultValue = "7878",
      description = "RSocket over TCP (default: ${DEFAULT-VALUE}).")
  int rsocketPort;

  @Option(
      names = KAFKA_PORT,
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "The embedded Kafka (default: ${DEFAULT-VALUE}).")
  int kafkaPort;

  @Option(
      names = POSTGRES_PORT,
      paramLabel = "PORT",
      defaultValue = "7432",
      description = "The embedded PostgreSQL (default: ${DEFAULT-VALUE}).")
  int postgresPort;

  @Option(
      names = {"--kafka.bootstrap-servers", "--sluice.kafka.bootstrap-servers"},
      paramLabel = "HOST:PORT,...",
      description = "Use this Kafka and start none.")
  @Nullable String kafka;

  @Option(
      names = {"--postgres.url", "--sluice.postgres.url"},
      paramLabel = "URL",
      description =
          "Use this PostgreSQL and start none: postgresql://user:password@host:port/database.")
  @Nullable String postgres;

  @Option(
      names = "-D",
      paramLabel = "name=value",
      description = "A Java system property, so also a setting of the gateway.")
  Map<String, String> properties = Map.of();

  /** The launcher's training run: what it loads, the next start has at hand. */
  @Option(names = "--until-ready", hidden = true)
  boolean untilReady;

  /** Further settings of the gateway. */
  List<String> settings = List.of();

  Path data() {
    return data == null ? Path.of(System.getProperty("user.home"), ".sluice") : data;
  }

  Optional<String> kafka() {
    return Optional.ofNullable(kafka);
  }

  Optional<String> postgres() {
    return Optional.ofNullable(postgres);
  }

  /**
   * @throws ParameterException an argument is neither an option nor {@code --some.setting=value}
   */
  void check() {
    CommandLine line = Objects.requireNonNull(command).commandLine();
    settings = settings(line);
    for (int port : new int[] {httpPort, rsocketPort, kafkaPort, postgresPort}) {
      if (port < 0 || port > 65_535) {
        throw new ParameterException(line, "a port must be 0..65535: was " + port);
      }
    }
    properties.forEach(System::setProperty);
  }

  /**
   * The arguments that are no options.
   *
   * @throws ParameterException one of them is not {@code --some.setting=value}
   */
  static List<String> settings(CommandLine line) {
    List<String> settings = List.copyOf(line.getUnmatchedArguments());
    for (String setting : settings) {
      if (!SETTING.matcher(setting).matches()) {
        throw new ParameterException(line, "unknown argument " + setting);
      }
    }
    return settings;
  }
}
