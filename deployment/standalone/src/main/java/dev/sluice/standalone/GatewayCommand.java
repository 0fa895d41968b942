package dev.sluice.standalone;

import dev.sluice.embedded.Ports;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A gateway alone, until SIGINT or SIGTERM: any number of them serve the same streams. */
@Command(
    name = "gateway",
    description = {
      "Takes events and answers questions, as all others do that have the same Kafka and PostgreSQL,",
      "until Ctrl-C. Any of the settings can follow, as --sluice.some.setting=value."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
final class GatewayCommand implements Callable<Integer> {
  @Mixin private Apart apart;
  @Spec private CommandSpec spec;

  @Option(
      names = {"--host", "--server.address"},
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host;

  @Option(
      names = {Options.HTTP_PORT, "--server.port"},
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "HTTP and WebSocket; 0 = any free one (default: ${DEFAULT-VALUE}).")
  private int httpPort;

  @Option(
      names = {Options.RSOCKET_PORT, "--spring.rsocket.server.port"},
      paramLabel = "PORT",
      defaultValue = "7878",
      description = "RSocket over TCP; 0 = any free one (default: ${DEFAULT-VALUE}).")
  private int rsocketPort;

  @SuppressWarnings("NullAway.Init") // picocli sets them before it runs the command.
  GatewayCommand() {}

  @Override
  public Integer call() throws Exception {
    apart.openLog();
    Map<String, Integer> wanted = new LinkedHashMap<>();
    wanted.put(Options.HTTP_PORT, httpPort);
    wanted.put(Options.RSOCKET_PORT, rsocketPort);
    Map<String, Integer> ports = Ports.choose(host, wanted);
    int http = Objects.requireNonNull(ports.get(Options.HTTP_PORT));
    List<String> settings = new ArrayList<>();
    settings.add("--server.address=" + host);
    settings.add("--server.port=" + http);
    settings.add("--spring.rsocket.server.address=" + host);
    settings.add("--spring.rsocket.server.port=" + ports.get(Options.RSOCKET_PORT));
    settings.add("--sluice.kafka.bootstrap-servers=" + apart.kafka);
    settings.add("--sluice.postgres.url=" + apart.postgres);
    settings.addAll(Options.settings(spec.commandLine()));
    return apart.untilStopped(
        () -> Gateway.start(settings, null),
        gateway -> "the gateway runs: " + gateway.http(House.reachable(host), http));
  }
}
