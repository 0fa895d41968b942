package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ten minutes of event time, read over SSE by clients whose connections are cut at random and who
 * come back to one of two gateways at random.
 *
 * <p>How often: {@code -Dsluice.resume.cuts=300} is the long form.
 */
class ResumeTest {
  private static final String[] JSON_BODY = {"Content-Type", "application/json"};
  private static final int CUTS = Integer.getInteger("sluice.resume.cuts", 30);
  private static final int KILLS = Integer.getInteger("sluice.resume.kills", 1);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");
  private static final int EVENTS = 6_000;
  private static final int FRAME = 100;
  private static final int DEVICES = 7;
  private static final int TOTALS = 400;
  private static RunningGateway one;
  private static RunningGateway two;

  @BeforeAll
  static void start() {
    one = RunningGateway.shared();
    two = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    two.close();
  }

  @Test
  void whoeverIsCutGetsEveryFinalRowOnceFromWhicheverGateway() {
    declare("resumed", 3);
    Function<Random, URI> either = random -> (random.nextBoolean() ? one : two).http();
    ResumingClient windows = windows("resumed", either);
    ResumingClient filter = filter("resumed", either);
    ResumingClient totals =
        new ResumingClient(
            "SELECT MOD(n, %1$d) AS g, COUNT(*) AS events FROM resumed GROUP BY MOD(n, %1$d)"
                .formatted(TOTALS),
            "from=earliest&to=now",
            expectedTotals(),
            either);

    readWhileSending(
        "resumed",
        Map.of(
            windows, () -> windows.readAll(CUTS, null), filter, () -> filter.readAll(CUTS, null)),
        PATIENCE.plusSeconds(2L * CUTS));
    totals.readAll(CUTS, null);

    assertThat(totals.rows.stream().sorted().toList()).isEqualTo(totals.expected);
    assertThat(totals.statusOnceMore()).isEqualTo(204);
  }

  /**
   * Each kill is where the windows' reader has come to; the other one reads beside it.
   *
   * <p>How often: {@code -Dsluice.resume.kills=300} is the long form.
   */
  @Test
  void whoeverReadsFromAGatewayThatIsKilledGetsEveryFinalRowOnce() {
    declare("killed", 3);
    try (KillableGateways gateways = new KillableGateways(2)) {
      ResumingClient windows = windows("killed", gateways::any);
      ResumingClient filter = filter("killed", gateways::any);

      readWhileSending(
          "killed",
          Map.of(
              windows, () -> windows.readAll(KILLS, gateways::kill),
              filter, () -> filter.readAll(0, gateways::kill)),
          PATIENCE.plusSeconds(30L * KILLS));
    }
  }

  private static ResumingClient windows(String stream, Function<Random, URI> gateways) {
    return new ResumingClient(
        "SELECT device, COUNT(*) AS events, SUM(n) AS s FROM "
            + stream
            + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
        "from=earliest",
        expectedWindows(),
        gateways);
  }

  private static ResumingClient filter(String stream, Function<Random, URI> gateways) {
    return new ResumingClient(
        "SELECT n, device FROM " + stream + " WHERE MOD(n, 2) = 0",
        "from=earliest",
        expectedRows(),
        gateways);
  }

  /** Has all of them read to the end, events coming as they go, and compares. */
  private static void readWhileSending(
      String stream, Map<ResumingClient, Runnable> clients, Duration patience) {
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    Map<ResumingClient, CompletableFuture<Void>> reading = new HashMap<>();
    clients.forEach(
        (client, read) -> reading.put(client, CompletableFuture.runAsync(read, threads)));
    for (int first = 0; first < EVENTS; first += FRAME) {
      int sent = first - 6 * FRAME;
      await()
          .atMost(patience)
          .until(
              () ->
                  reading.entrySet().stream()
                      .allMatch(
                          one -> one.getKey().hasRead(sent, EVENTS) || one.getValue().isDone()));
      send(stream, first);
    }
    Http.send(
        "POST",
        one.http("/v1/streams/" + stream + "/watermark"),
        "{\"watermark\": \"2015-01-01T01:00:00Z\"}",
        JSON_BODY);
    CompletableFuture.allOf(reading.values().toArray(CompletableFuture[]::new))
        .orTimeout(patience.toSeconds(), TimeUnit.SECONDS)
        .join();
    threads.shutdown();
    for (ResumingClient client : clients.keySet()) {
      assertThat(client.rows.stream().sorted().toList()).isEqualTo(client.expected);
    }
  }

  @Test
  void whatRetentionHasCutIsGoneBeforeTheHeadOfTheAnswer() {
    String stream = "expired";
    declare(stream, 1);
    for (int i = 0; i < 10; i++) {
      String frame = event(100 * i) + "," + event(100 * i + 1);
      Http.send(
          "POST", one.http("/v1/streams/" + stream + "/events"), "[" + frame + "]", JSON_BODY);
    }
    String question = "/v1/query?sql=SELECT%20n%20FROM%20" + stream;
    String first =
        Http.get(one.http(question + "&from=earliest&to=now&ids=true"))
            .body()
            .lines()
            .findFirst()
            .get();
    String token = JSON.readTree(first).path("id").asString();
    cut("stream." + stream, 15);

    HttpResponse<String> resumed =
        Http.get(
            two.http(question + "&from=earliest&to=now"),
            "Accept",
            "text/event-stream",
            "Last-Event-ID",
            token);
    HttpResponse<String> past = Http.get(two.http(question + "&from=2015-01-01T00:00:00Z"));

    for (HttpResponse<String> answer : List.of(resumed, past)) {
      assertThat(answer.statusCode()).isEqualTo(410);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
      JsonNode problem = JSON.readTree(answer.body());
      assertThat(problem.path("code").asString()).isEqualTo("POSITION_EXPIRED");
      assertThat(problem.path("detail").asString())
          .contains("earliest good start is from=2015-01-01T00:");
    }
  }

  /** Deletes the records before an offset, as retention does. */
  private static void cut(String topic, long offset) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  private static void declare(String stream, int partitions) {
    Http.send(
        "PUT",
        one.http("/v1/streams/" + stream),
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "id": "n", "time": "ts", "historical": true, "partitions": %d}
        """
            .formatted(partitions),
        JSON_BODY);
  }

  /** A frame, and now and then the one before it again. */
  private static void send(String stream, int first) {
    int from = first % (5 * FRAME) == 0 ? Math.max(0, first - FRAME) : first;
    String frame =
        IntStream.range(from, first + FRAME).mapToObj(ResumeTest::event).toList().toString();
    HttpResponse<String> ack =
        Http.send(
            "POST",
            (first % (2 * FRAME) == 0 ? one : two).http("/v1/streams/" + stream + "/events"),
            frame,
            "Content-Type",
            "application/json");
    assertThat(ack.body()).contains("\"rejected\":[]");
  }

  private static String event(int n) {
    return "{\"device\":\"d%d\",\"n\":%d,\"ts\":\"%s\"}"
        .formatted(n % DEVICES, n, BEGIN.plusMillis(100L * n));
  }

  private static List<String> expectedWindows() {
    TreeMap<String, long[]> groups = new TreeMap<>();
    for (int n = 0; n < EVENTS; n++) {
      long[] group = groups.computeIfAbsent(n / 100 + "|d" + n % DEVICES, key -> new long[2]);
      group[0]++;
      group[1] += n;
    }
    return groups.entrySet().stream()
        .map(
            group -> {
              String[] key = group.getKey().split("\\|");
              Instant start = BEGIN.plusSeconds(10 * Long.parseLong(key[0]));
              return "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"device\":\"%s\",\"events\":%d,\"s\":%d}"
                  .formatted(
                      millis(start),
                      millis(start.plusSeconds(10)),
                      key[1],
                      group.getValue()[0],
                      group.getValue()[1]);
            })
        .sorted()
        .toList();
  }

  private static String millis(Instant time) {
    return time.toString().replace("Z", ".000Z");
  }

  private static List<String> expectedRows() {
    return IntStream.range(0, EVENTS)
        .filter(n -> n % 2 == 0)
        .mapToObj(n -> "{\"n\":%d,\"device\":\"d%d\"}".formatted(n, n % DEVICES))
        .sorted()
        .toList();
  }

  private static List<String> expectedTotals() {
    return IntStream.range(0, TOTALS)
        .mapToObj(g -> "{\"g\":%d,\"events\":%d}".formatted(g, EVENTS / TOTALS))
        .sorted()
        .toList();
  }
}
