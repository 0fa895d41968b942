package dev.sluice.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FlowDoorTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int MOST_LOOKERS = 3;
  private static final String STREAM = "flowing";
  private static final RunningGateway GATEWAY =
      RunningGateway.start(
          "sluice.flow.max-lookers=" + MOST_LOOKERS,
          "sluice.query.subscriber-capacity=8KB",
          "sluice.http.send-buffer=4KB");
  private static final Looker LOOKER = new Looker(GATEWAY);
  private static long seq;

  @BeforeAll
  static void declare() {
    GATEWAY.declare(
        STREAM,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"}, {"name": "text", "type": "STRING"}],
         "key": "device", "time": "ts", "partitions": 2}
        """);
  }

  @AfterAll
  static void close() {
    GATEWAY.close();
  }

  private static void send(int events, String text) {
    GATEWAY.store(
        STREAM,
        IntStream.range(0, events)
            .mapToObj(
                i ->
                    "{\"device\":\"d%d\",\"n\":%d,\"ts\":\"%s\",\"text\":\"%s\"}"
                        .formatted(i % 3, seq++, Instant.now(), text))
            .toList());
  }

  private static Connection look() {
    return Http.open(
        GATEWAY.http(), "GET /v1/flow HTTP/1.1", "Host: localhost", "Accept: text/event-stream");
  }

  private static long lookers() {
    return GATEWAY.bean(Lookers.class).looking();
  }

  @Test
  void whatIsAMeterIsShownAndTheReverse() {
    try (Connection live = GATEWAY.ask("SELECT n FROM " + STREAM + " WHERE n >= 0")) {
      live.readUntil("\"state\":\"live\"");
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                JsonNode document = LOOKER.look();
                assertThat(shown(document, "buffers")).isEqualTo(measured("buffer"));
                assertThat(shown(document, "hops")).isEqualTo(measured("hop"));
                assertThat(shown(document, "buffers"))
                    .contains("ingest of all", "tail of " + STREAM, "subscriber of all");
              });
    }
  }

  private static TreeSet<String> shown(JsonNode document, String what) {
    TreeSet<String> found = new TreeSet<>();
    for (JsonNode stage : document.path("stages")) {
      for (JsonNode one : stage.path(what)) {
        String hopOf = what.equals("hops") ? " at " + stage.path("stage").stringValue() : "";
        found.add(
            one.path("name").stringValue() + " of " + one.path("stream").asString("all") + hopOf);
      }
    }
    return found;
  }

  private static TreeSet<String> measured(String tag) {
    TreeSet<String> found = new TreeSet<>();
    for (Meter meter : GATEWAY.bean(MeterRegistry.class).getMeters()) {
      Meter.Id id = meter.getId();
      if (id.getName().startsWith("sluice." + tag + ".")) {
        String hopOf = tag.equals("hop") ? " at " + id.getTag("stage") : "";
        found.add(id.getTag(tag) + " of " + id.getTag("of") + hopOf);
      }
    }
    return found;
  }

  @Test
  void whatIsSentIsSeenOnAllOfItsWay() {
    String sql = "SELECT n, device FROM " + STREAM + " WHERE n >= 0";
    // While somebody looks, rates are those of the last second.
    try (Connection looker = look();
        Connection reader = GATEWAY.ask(sql)) {
      looker.readUntil("event: flow");
      reader.readUntil("\"state\":\"live\"");
      await()
          .atMost(SOON)
          .until(
              () -> {
                send(10, "short");
                reader.readUntil("\"n\":" + (seq - 1));
                JsonNode document = LOOKER.look();
                JsonNode http = Looker.hop(document, "doors-in", "http");
                JsonNode append = Looker.hop(document, "log", "append");
                JsonNode tail = Looker.hop(document, "tail", "tail");
                return List.of(
                        http.path("rate").path("frames"),
                        http.path("rate").path("events"),
                        http.path("rate").path("bytes"),
                        http.path("latency").path("p99"),
                        Looker.hop(document, "ingest", "ingest").path("rate").path("accepted"),
                        append.path("rate").path("records"),
                        append.path("latency").path("p50"),
                        tail.path("rate").path("events"),
                        Looker.hop(document, "queries", "live").path("rate").path("events"),
                        Looker.hop(document, "doors-out", "sse").path("rate").path("rows"),
                        Looker.hop(document, "doors-out", "sse").path("rate").path("bytes"),
                        Looker.query(document, sql).path("rate").path("rows"),
                        Looker.query(document, sql).path("rate").path("events"))
                    .stream()
                    .allMatch(rate -> rate.doubleValue() > 0);
              });
    }
  }

  @Test
  void subscriberThatDoesNotReadHasAFullBufferAndNobodyElse() {
    String sql = "SELECT n, text FROM " + STREAM + " WHERE n >= 0";
    try (Connection reader = GATEWAY.ask(sql);
        Connection stalled = GATEWAY.ask(sql, "overflow=drop-oldest")) {
      reader.readUntil("\"state\":\"live\"");
      stalled.readUntil("\"state\":\"live\"");
      JsonNode subscribers =
          await()
              .atMost(SOON)
              .until(
                  () -> {
                    for (int i = 0; i < 20; i++) {
                      send(1, "x".repeat(4_000));
                      reader.readUntil("\"n\":" + (seq - 1));
                    }
                    return Looker.query(LOOKER.look(), sql).path("subscribers");
                  },
                  told -> told.path("dropped").asLong(0) > 0);

      assertThat(subscribers.path("count").intValue()).isEqualTo(2);
      assertThat(subscribers.path("at-bound").intValue()).isEqualTo(1);
      JsonNode fullest = subscribers.path("fullest");
      assertThat(fullest.path("overflow").stringValue()).isEqualTo("drop-oldest");
      assertThat(fullest.path("fill").intValue())
          .isGreaterThan(fullest.path("capacity").intValue() / 2);
      assertThat(subscribers.path("dropped")).isEqualTo(fullest.path("dropped"));
      JsonNode all = Looker.buffer(LOOKER.look(), "subscribers", "subscriber");
      assertThat(all.path("dropped").longValue()).isPositive();
      assertThat(all.path("fill").longValue()).isGreaterThan(4 << 10);
    }
  }

  @Test
  void oneDocumentComesEachSecondUntilTheLookerLeaves() {
    try (Connection looker = look()) {
      Iterator<JsonNode> documents =
          looker
              .lines()
              .filter(line -> line.startsWith("data: "))
              .map(line -> JsonMapper.shared().readTree(line.substring(6)))
              .iterator();
      documents.next();
      Instant first = Instant.parse(documents.next().path("at").stringValue());
      JsonNode third = documents.next();
      assertThat(Duration.between(first, Instant.parse(third.path("at").stringValue())))
          .isBetween(Duration.ofMillis(600), Duration.ofMillis(5_000));
      assertThat(third.path("seconds").doubleValue()).isGreaterThan(0.5);
      assertThat(third.path("stages")).hasSize(8);
      assertThat(lookers()).isPositive();
    }
    await().atMost(SOON).until(() -> lookers() == 0);
  }

  @Test
  void oneMoreLookerThanMayIsRefused() {
    try (Connection one = look();
        Connection two = look();
        Connection three = look()) {
      one.readUntil("event: flow");
      two.readUntil("event: flow");
      three.readUntil("event: flow");

      HttpResponse<String> refused = Http.get(GATEWAY.http("/v1/flow"));
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("SUBSCRIBER_LIMIT", "sluice.flow.max-lookers");
    }
    await().atMost(SOON).until(() -> lookers() == 0);
  }

  @Test
  void otherMethodsAndFormsAreRefused() {
    assertThat(Http.send("POST", GATEWAY.http("/v1/flow"), "{}").statusCode()).isEqualTo(405);
    assertThat(Http.get(GATEWAY.http("/v1/flow"), "Accept", "image/png").statusCode())
        .isEqualTo(406);
    assertThat(Http.get(GATEWAY.http("/v1/flow"), "Accept", "a").statusCode()).isEqualTo(400);
  }
}
