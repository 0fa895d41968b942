package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.standalone.demo.Demonstration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The dashboard in a real browser, on the demo: its own end-to-end tests, {@code npm run e2e}. */
class DashboardTest {
  private static final Path DASHBOARD = Path.of("..", "..", "web-demo", "dashboard");
  private static final double SPEED = 60;
  private static final long PATIENCE_MINUTES = 6;

  @Test
  void itsEndToEndTestsPass() throws Exception {
    Demonstration demonstration = new Demonstration();
    try (RunningHouse running = new RunningHouse(demonstration)) {
      running.begin(demonstration, SPEED);
      playwright(running.house.http());
    }
  }

  private static void playwright(String sluice) throws IOException, InterruptedException {
    Path said = Path.of("target", "dashboard-e2e.txt");
    ProcessBuilder builder =
        new ProcessBuilder("node", "e2e/run.mjs")
            .directory(DASHBOARD.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("SLUICE_URL", sluice);
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
