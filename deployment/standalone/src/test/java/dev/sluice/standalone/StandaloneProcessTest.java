package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process as its user has it: signals, its data, what a kill leaves behind. */
class StandaloneProcessTest {
  private static final Pattern ADDRESS = Pattern.compile("Sluice is at (http://\\S+)");
  private static final Duration READY_WITHIN = Duration.ofMinutes(4);

  @TempDir private Path directory;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void kill() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    postmaster().ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void whatWasDeclaredOutlivesAKillAndAStop() throws Exception {
    Process first = up();
    URI http = ready(1);
    declare(http);
    first.destroyForcibly();
    assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(postmaster()).as("the PostgreSQL that the kill leaves behind").isPresent();

    Process second = up();
    assertThat(get(ready(2).resolve("/v1/streams/letters")).statusCode()).isEqualTo(200);
    second.destroy();
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).as("stops within seconds").isTrue();
    assertThat(postmaster()).isEmpty();
    assertThat(out(2)).endsWith("stopping" + System.lineSeparator());
  }

  @Test
  void stoppedWhileStartingItLeavesNothingRunning() throws Exception {
    Process process = up();
    Path kafka = data().resolve("kafka");
    await().atMost(READY_WITHIN).until(() -> Files.exists(kafka));
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(postmaster()).isEmpty();
    assertThat(data().resolve("postgres/data/postmaster.pid")).doesNotExist();
  }

  private Process up() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Standalone.class.getName(),
                "up",
                "--data=" + data(),
                "--http-port=0",
                "--rsocket-port=0",
                "--kafka-port=0",
                "--postgres-port=0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(file(processes.size() + 1).toFile())
            .start();
    processes.add(process);
    return process;
  }

  private URI ready(int run) throws IOException {
    await()
        .atMost(READY_WITHIN)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !processes.get(run - 1).isAlive() || out(run).contains("\nready in "));
    Matcher address = ADDRESS.matcher(out(run));
    assertThat(address.find()).as(out(run)).isTrue();
    return URI.create(address.group(1));
  }

  private static void declare(URI http) throws Exception {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(http.resolve("/v1/streams/letters"))
                .header("Content-Type", "application/json")
                .PUT(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"fields\": [{\"name\": \"letter\", \"type\": \"STRING\"}]}")));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    return send(HttpRequest.newBuilder(uri));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private Optional<ProcessHandle> postmaster() {
    Path pid = data().resolve("postgres/data/postmaster.pid");
    try {
      return Files.exists(pid)
          ? ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).trim()))
              .filter(process -> process.info().command().orElse("").endsWith("postgres"))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private String out(int run) throws IOException {
    return Files.readString(file(run));
  }

  private Path file(int run) {
    return directory.resolve("out-" + run);
  }

  private Path data() {
    return directory.resolve("data of a user");
  }
}
