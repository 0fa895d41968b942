package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestProcess;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The process as its user has it: signals, its data, what a kill leaves behind. */
class StandaloneProcessTest {
  private static final Pattern ADDRESS = Pattern.compile("Sluice is at (http://\\S+)");
  private static final Duration READY_WITHIN = Duration.ofMinutes(4);
  private static final Duration KEPT_WITHIN = Duration.ofMinutes(2);

  /** So many that one of them is likely to be killed in a transaction. */
  private static final int VIEWS = 4;

  private static final int LEAST_SENT = 100;
  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir private Path directory;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void kill() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
    }
    postmaster().ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void whatWasDeclaredOutlivesAKillAndAStop() throws Exception {
    Process first = up();
    URI http = ready(1);
    declare(http);
    int sent = sendWhileViewsKeep(http);
    first.destroyForcibly();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(postmaster()).as("the PostgreSQL that the kill leaves behind").isPresent();

    Process second = up();
    URI again = ready(2);
    assertThat(get(again.resolve("/v1/streams/letters")).statusCode()).isEqualTo(200);
    for (int view = 0; view < VIEWS; view++) {
      String name = "kept_" + view;
      await()
          .atMost(KEPT_WITHIN)
          .untilAsserted(() -> assertThat(counted(again, name)).isEqualTo(sent));
    }
    second.destroy();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).as("stops within seconds").isTrue();
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
        TestProcess.of(
                List.of("-Xmx512m"),
                Standalone.class,
                "up",
                "--data=" + data(),
                "--http-port=0",
                "--rsocket-port=0",
                "--kafka-port=0",
                "--postgres-port=0")
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
            json(http.resolve("/v1/streams/letters"))
                .PUT(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"fields\": [{\"name\": \"letter\", \"type\": \"STRING\"}]}")));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  /** Until all views have counted something; returns how many events are acked. */
  private static int sendWhileViewsKeep(URI http) throws Exception {
    for (int view = 0; view < VIEWS; view++) {
      HttpResponse<String> defined =
          send(
              json(http.resolve("/v1/views/kept_" + view))
                  .PUT(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"sql\": \"SELECT letter, COUNT(*) AS n FROM letters GROUP BY letter\"}")));
      assertThat(defined.statusCode()).as(defined.body()).isEqualTo(201);
    }
    int sent = 0;
    long end = System.nanoTime() + KEPT_WITHIN.toNanos();
    while (sent < LEAST_SENT || counted(http, "kept_" + (VIEWS - 1)) == 0) {
      assertThat(System.nanoTime()).as("the views count").isLessThan(end);
      HttpResponse<String> ack =
          send(
              json(http.resolve("/v1/streams/letters/events"))
                  .POST(HttpRequest.BodyPublishers.ofString("[{\"letter\": \"a\"}]")));
      assertThat(ack.statusCode()).as(ack.body()).isEqualTo(200);
      sent++;
    }
    return sent;
  }

  /** The newest total that a view has. */
  private static long counted(URI http, String view) throws Exception {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(
                    http.resolve("/v1/query?from=earliest&to=now&sql=SELECT%20n%20FROM%20" + view))
                .header("Accept", "application/json"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    long newest = 0;
    for (JsonNode row : JSON.readTree(answer.body()).path("rows")) {
      newest = Math.max(newest, row.get(0).longValue());
    }
    return newest;
  }

  private static HttpRequest.Builder json(URI uri) {
    return HttpRequest.newBuilder(uri).header("Content-Type", "application/json");
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
