package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.standalone.demo.Demonstration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
  void itsEndToEndTestsPass() throws Exception {
    Demonstration demonstration = new Demonstration();
    try (RunningHouse running = new RunningHouse(demonstration)) {
      running.begin(demonstration, SPEED);
      HttpServer control = control(running.house.gateway());
      try {
        playwright(running.house.http(), "http://127.0.0.1:" + control.getAddress().getPort());
      } finally {
        control.stop(0);
      }
    }
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

  private static void playwright(String sluice, String control)
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
    builder.environment().put("SLUICE_URL", sluice);
    builder.environment().put("SLUICE_CONTROL", control);
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
