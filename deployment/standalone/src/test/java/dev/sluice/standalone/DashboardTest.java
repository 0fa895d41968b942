package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.embedded.Ports;
import dev.sluice.standalone.demo.Demonstration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboard in a real browser, on the demo: its own end-to-end tests, {@code npm run e2e}. Some
 * of them alone: {@code -Dsluice.e2e=live.spec.ts}, and without those that are to be green before:
 * {@code -Dsluice.e2e='trouble.spec.ts --no-deps'}.
 */
class DashboardTest {
  private static final Path DASHBOARD = Path.of("..", "..", "web-demo", "dashboard");
  private static final double SPEED = 60;
  private static final long PATIENCE_MINUTES = 30;

  @Test
  void itsEndToEndTestsPass(@TempDir Path keys) throws Exception {
    Demonstration demonstration = new Demonstration();
    int port = Ports.choose("127.0.0.1", Map.of(Options.HTTP_PORT, 0)).get(Options.HTTP_PORT);
    KeyPair key = key();
    try (RunningHouse running = new RunningHouse(demonstration);
        Gateway asking =
            asking(running.house, port, pem(keys, "PUBLIC KEY", key.getPublic().getEncoded()))) {
      running.begin(demonstration, SPEED);
      HttpServer control = control(running.house.gateway());
      try {
        playwright(
            Map.of(
                "SLUICE_URL",
                running.house.http(),
                "SLUICE_CONTROL",
                "http://127.0.0.1:" + control.getAddress().getPort(),
                "SLUICE_ASKING",
                "http://localhost:" + port,
                "SLUICE_ASKING_KEY",
                pem(keys, "PRIVATE KEY", key.getPrivate().getEncoded()).toString()));
      } finally {
        control.stop(0);
      }
    }
  }

  /** One more gateway before the house's Kafka and PostgreSQL, which asks who it is. */
  private static Gateway asking(House house, int port, Path key) {
    return Gateway.start(
        List.of(
            "--server.address=127.0.0.1",
            "--server.port=" + port,
            "--spring.rsocket.server.address=127.0.0.1",
            "--spring.rsocket.server.port=0",
            "--sluice.kafka.bootstrap-servers=" + house.kafka(),
            // As the embedded one always lets in.
            "--sluice.postgres.url=" + house.postgres().replace("//", "//postgres:postgres@"),
            "--sluice.security.mode=token",
            "--sluice.security.keys=" + key,
            "--sluice.security.clock-skew=0s"),
        null);
  }

  private static KeyPair key() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Path pem(Path folder, String kind, byte[] encoded) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return Files.writeString(
        folder.resolve(kind.replace(' ', '-') + ".pem"),
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(kind, text));
  }

  /** Has the gateway go away and come back when a test asks for it; all else stays. */
  private static HttpServer control(Gateway gateway) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer control = HttpServer.create(anyPort, 0);
    on(control, "/stop", gateway::close);
    on(control, "/start", gateway::start);
    control.start();
    return control;
  }

  private static void on(HttpServer control, String path, Runnable act) {
    control.createContext(
        path,
        exchange -> {
          try (exchange) {
            act.run();
            exchange.sendResponseHeaders(204, -1);
          }
        });
  }

  private static void playwright(Map<String, String> environment)
      throws IOException, InterruptedException {
    Path said = Path.of("target", "dashboard-e2e.txt");
    List<String> command = new ArrayList<>(List.of("node", "e2e/run.mjs"));
    String alone = System.getProperty("sluice.e2e", "");
    if (!alone.isEmpty()) {
      command.addAll(List.of(alone.split(" ")));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(DASHBOARD.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      assertThat(ended && process.exitValue() == 0).as(() -> read(said)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
