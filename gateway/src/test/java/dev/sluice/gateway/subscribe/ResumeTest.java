package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.gateway.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
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
  private static final Duration PATIENCE = Duration.ofSeconds(60L + 2L * CUTS);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STREAM = "resumed";
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
    declare(STREAM, 3);
  }

  @AfterAll
  static void stop() {
    two.close();
  }

  @Test
  void whoeverIsCutGetsEveryFinalRowOnceFromWhicheverGateway() {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    Client windows =
        new Client(
            "SELECT device, COUNT(*) AS events, SUM(n) AS s FROM %s"
                + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
            "from=earliest", expectedWindows());
    Client filter =
        new Client("SELECT n, device FROM %s WHERE MOD(n, 2) = 0", "from=earliest", expectedRows());
    Client totals =
        new Client(
            "SELECT MOD(n, "
                + TOTALS
                + ") AS g, COUNT(*) AS events FROM %s GROUP BY MOD(n, "
                + TOTALS
                + ")",
            "from=earliest&to=now",
            expectedTotals());

    List<CompletableFuture<Void>> reading = new ArrayList<>();
    reading.add(CompletableFuture.runAsync(windows::readAll, threads));
    reading.add(CompletableFuture.runAsync(filter::readAll, threads));
    for (int first = 0; first < EVENTS; first += FRAME) {
      int due = first / 2 - 3 * FRAME;
      await().atMost(PATIENCE).until(() -> filter.rows.size() >= due);
      send(first);
    }
    Http.send(
        "POST",
        one.http("/v1/streams/" + STREAM + "/watermark"),
        "{\"watermark\": \"2015-01-01T01:00:00Z\"}",
        "Content-Type",
        "application/json");
    reading.add(CompletableFuture.runAsync(totals::readAll, threads));
    CompletableFuture.allOf(reading.toArray(CompletableFuture[]::new))
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
    threads.shutdown();

    for (Client client : List.of(windows, filter, totals)) {
      assertThat(client.rows.stream().sorted().toList()).isEqualTo(client.expected);
    }
    assertThat(totals.statusOnceMore()).isEqualTo(204);
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
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", Servers.kafka()))) {
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
  private static void send(int first) {
    int from = first % (5 * FRAME) == 0 ? Math.max(0, first - FRAME) : first;
    String frame =
        IntStream.range(from, first + FRAME).mapToObj(ResumeTest::event).toList().toString();
    HttpResponse<String> ack =
        Http.send(
            "POST",
            (first % (2 * FRAME) == 0 ? one : two).http("/v1/streams/" + STREAM + "/events"),
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

  /** What an EventSource does, with a connection that is cut after some of its rows. */
  private static final class Client {
    private static final HttpClient HTTP =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String query;
    final List<String> expected;
    final List<String> rows = Collections.synchronizedList(new ArrayList<>());
    private final Random random;
    private @Nullable String lastEventId;

    Client(String sql, String range, List<String> expected) {
      this.query =
          "/v1/query?sql="
              + URLEncoder.encode(sql.formatted(STREAM), StandardCharsets.UTF_8)
              + "&"
              + range;
      this.expected = expected;
      this.random = new Random(sql.length());
    }

    void readAll() {
      int[] cuts = random.ints(CUTS, 0, expected.size()).sorted().toArray();
      for (int cut : cuts) {
        read(cut);
      }
      read(expected.size());
    }

    int statusOnceMore() {
      HttpResponse<Stream<String>> answer = open();
      answer.body().close();
      return answer.statusCode();
    }

    /** Reads until there are so many rows, and hangs up. */
    private void read(int count) {
      HttpResponse<Stream<String>> answer = open();
      assertThat(answer.statusCode()).isEqualTo(200);
      try (Stream<String> lines = answer.body()) {
        String id = null;
        String event = "";
        Iterator<String> iterator = lines.iterator();
        while (rows.size() < count || count == 0) {
          String line = iterator.next();
          if (line.startsWith("id: ")) {
            id = line.substring("id: ".length());
          } else if (line.startsWith("event: ")) {
            event = line.substring("event: ".length());
          } else if (line.startsWith("data: ")) {
            heard(event, id, line.substring("data: ".length()));
            if (count == 0) {
              return;
            }
          }
        }
        if (count == expected.size() && query.contains("&to=")) {
          iterator.forEachRemaining(
              line -> lastEventId = line.startsWith("id: ") ? line.substring(4) : lastEventId);
        }
      }
    }

    private void heard(String event, @Nullable String id, String data) {
      assertThat(id).as(event).isNotNull();
      assertThat(event).as(data).isNotEqualTo("error");
      lastEventId = id;
      if (event.equals("row")) {
        JsonNode row = JSON.readTree(data);
        rows.add(row.toString());
      }
    }

    private HttpResponse<Stream<String>> open() {
      URI gateway = (random.nextBoolean() ? one : two).http(query);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(gateway).header("Accept", "text/event-stream");
      if (lastEventId != null) {
        request.header("Last-Event-ID", lastEventId);
      }
      try {
        return HTTP.send(request.build(), BodyHandlers.ofLines());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
