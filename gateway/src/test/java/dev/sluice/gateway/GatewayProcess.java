package dev.sluice.gateway;

import dev.sluice.embedded.Ports;
import dev.sluice.embedded.TestProcess;
import dev.sluice.embedded.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A gateway as a process of its own, before the module's Kafka and PostgreSQL: it can be killed.
 */
public final class GatewayProcess implements AutoCloseable {
  private static final long ENDED_WITHIN_SECONDS = 60;
  private final Process process;
  private final URI http;

  private GatewayProcess(Process process, URI http) {
    this.process = process;
    this.http = http;
  }

  /**
   * Starts it, and does not wait until it is ready.
   *
   * @param settings of its own, {@code name=value}
   */
  public static GatewayProcess start(String name, String... settings) {
    List<String> arguments = new ArrayList<>();
    Map<String, Integer> ports = Ports.choose("127.0.0.1", Map.of("http", 0, "rsocket", 0));
    Path log = TestServers.directory(name + ".log");
    arguments.add("--server.address=127.0.0.1");
    arguments.add("--spring.rsocket.server.address=127.0.0.1");
    arguments.add("--server.port=" + ports.get("http"));
    arguments.add("--spring.rsocket.server.port=" + ports.get("rsocket"));
    arguments.add("--sluice.kafka.bootstrap-servers=" + TestServers.kafka());
    arguments.add("--sluice.postgres.url=" + TestServers.postgres());
    List.of(settings).forEach(setting -> arguments.add("--" + setting));
    try {
      Process process =
          TestProcess.of(
                  List.of("-Xmx256m"), GatewayApplication.class, arguments.toArray(String[]::new))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new GatewayProcess(process, URI.create("http://127.0.0.1:" + ports.get("http")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI http() {
    return http;
  }

  /** Whether it answers that it is well. */
  public boolean isReady() {
    try {
      return Http.get(http.resolve("/actuator/health")).statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Ends it with SIGKILL. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(ENDED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
