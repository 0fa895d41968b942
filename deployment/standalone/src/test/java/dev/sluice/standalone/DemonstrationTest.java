package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fleet.Fleet;
import dev.sluice.standalone.demo.Demonstration;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo's switches, seen through the gateway's own flow while somebody follows a query. */
class DemonstrationTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String JSON = "application/json";
  private static final String COUNTS =
      "SELECT COUNT(*) AS n FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)";

  @Test
  void eachSwitchDoesWhatItSaysAndNothingIsLost() throws Exception {
    Demonstration demonstration = new Demonstration();
    try (RunningHouse running =
        new RunningHouse(demonstration, "--sluice.query.subscriber-capacity=256KB")) {
      Fleet fleet = running.begin(demonstration, 30);
      await().atMost(SOON).until(() -> fleet.counters().acked() > 500);
      // Somebody does not read. That shows once there are rows, as for who reads.
      JsonNode stalled = post(running, "stalled-subscriber", "{}").path("stalled-subscriber");
      assertThat(stalled.path("present").booleanValue()).isTrue();
      post(running, "stalled-subscriber", "{}");
      String sql = stalled.path("sql").stringValue();
      AtomicLong rows = new AtomicLong();
      Thread follower = running.follow(COUNTS, event -> rows.addAndGet(event.has("row") ? 1 : 0));
      await().atMost(SOON).until(() -> rows.get() > 0);

      // Its buffer is full, and nobody else's.
      JsonNode full =
          awaitFlow(running, document -> subscribers(document, sql).path("dropped").asLong(0) > 0);
      assertThat(subscribers(full, sql).path("count").intValue()).isEqualTo(1);
      assertThat(subscribers(full, sql).path("at-bound").intValue()).isEqualTo(1);
      assertThat(subscribers(full, COUNTS).path("at-bound").intValue()).isZero();
      running.send("DELETE", "/demo/stalled-subscriber", "");
      awaitFlow(running, document -> subscribers(document, sql).isMissingNode());

      // Faster, and as before.
      assertThat(fleetOf(post(running, "fleet", "{\"speed\": 20}")).path("speed").doubleValue())
          .isEqualTo(20);
      awaitFlow(running, document -> rate(document, "doors-in", "rsocket", "events") > 1_000);

      // Kafka stops: nothing is stored, and no device that waits for an ack may send; then all goes
      // on. (A bus that is off the road keeps the one frame that any device may send.)
      post(running, "kafka-pause", "{\"seconds\": 30}");
      JsonNode paused =
          awaitFlow(
              running,
              document ->
                  rate(document, "log", "append", "records") == 0
                      && state(document, "log", "append", "oldest-ms") > 1_000
                      && state(document, "doors-in", "rsocket", "in-flight-frames") > 100);
      assertThat(state(paused, "doors-in", "rsocket", "granted"))
          .isLessThan(state(paused, "doors-in", "rsocket", "connections") - 50);
      assertThat(demo(running).path("kafka-pause").path("paused").booleanValue()).isTrue();
      running.send("DELETE", "/demo/kafka-pause", "");
      assertThat(demo(running).path("kafka-pause").path("paused").booleanValue()).isFalse();
      awaitFlow(running, document -> rate(document, "log", "append", "records") > 1_000);
      long before = rows.get();
      await().atMost(SOON).until(() -> rows.get() > before + 2);
      assertThat(follower.isAlive()).isTrue();

      // A pause ends by itself.
      post(running, "kafka-pause", "{\"seconds\": 1}");
      await()
          .atMost(SOON)
          .until(() -> !demo(running).path("kafka-pause").path("paused").booleanValue());

      post(running, "fleet", "{\"speed\": 1}");
      awaitFlow(running, document -> rate(document, "doors-in", "rsocket", "events") < 500);

      fleet.stop(Duration.ofSeconds(10)).block(Duration.ofSeconds(60));
      JsonNode total = running.ask("SELECT COUNT(*) AS n FROM buses", "earliest", "now");
      assertThat(total.path("rows").path(0).path(0).asLong()).isEqualTo(fleet.counters().acked());
      assertThat(fleet.counters().dropped()).isZero();
      assertThat(fleet.counters().rejected()).isZero();

      wrongInputIsRefused(running);
    }
  }

  private static void wrongInputIsRefused(RunningHouse running) throws Exception {
    for (String[] wrong :
        new String[][] {
          {"fleet", "{\"speed\": 21}", "speed"},
          {"fleet", "{\"speed\": \"20\"}", "speed"},
          {"fleet", "{}", "speed"},
          {"fleet", "{\"speed\": 2, \"colour\": 1}", "colour"},
          {"kafka-pause", "{\"seconds\": 31}", "seconds"},
          {"kafka-pause", "{\"seconds\": 0}", "seconds"},
          {"stalled-subscriber", "{\"count\": 2}", "count"},
          {"fleet", "[]", "JSON object"},
          {"fleet", "{", "JSON object"}
        }) {
      HttpResponse<String> answer =
          running.send("POST", "/demo/" + wrong[0], wrong[1], "Content-Type", JSON);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("BAD_REQUEST", wrong[2]);
    }
    assertThat(
            running
                .send("POST", "/demo/fleet", "speed=20", "Content-Type", "text/plain")
                .statusCode())
        .isEqualTo(415);
    assertThat(
            running
                .send(
                    "POST",
                    "/demo/fleet",
                    "{\"speed\": 1}",
                    "Content-Type",
                    JSON,
                    "Origin",
                    "https://elsewhere.example")
                .body())
        .contains("ORIGIN_NOT_ALLOWED");
    assertThat(running.send("PUT", "/demo/fleet", "{}", "Content-Type", JSON).statusCode())
        .isEqualTo(405);
  }

  private static JsonNode post(RunningHouse running, String path, String body) throws Exception {
    HttpResponse<String> answer = running.send("POST", "/demo/" + path, body, "Content-Type", JSON);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningHouse.JSON.readTree(answer.body());
  }

  private static JsonNode demo(RunningHouse running) throws Exception {
    return running.get("/demo");
  }

  private static JsonNode fleetOf(JsonNode demo) {
    return demo.path("fleet");
  }

  private static JsonNode awaitFlow(RunningHouse running, Predicate<JsonNode> what) {
    return await()
        .atMost(SOON)
        .until(
            () ->
                RunningHouse.JSON.readTree(
                    running.send("GET", "/v1/flow", "", "Accept", JSON).body()),
            what);
  }

  private static double rate(JsonNode document, String stage, String hop, String unit) {
    return hop(document, stage, hop).path("rate").path(unit).doubleValue();
  }

  private static long state(JsonNode document, String stage, String hop, String name) {
    return hop(document, stage, hop).path("state").path(name).longValue();
  }

  private static JsonNode hop(JsonNode document, String stage, String name) {
    for (JsonNode one : document.path("stages")) {
      if (one.path("stage").stringValue().equals(stage)) {
        for (JsonNode hop : one.path("hops")) {
          if (hop.path("name").stringValue().equals(name)) {
            return hop;
          }
        }
      }
    }
    throw new AssertionError("no hop " + name + " at " + stage + " in " + document);
  }

  private static JsonNode subscribers(JsonNode document, String sql) {
    for (JsonNode query : document.path("queries").path("busiest")) {
      if (query.path("sql").stringValue().equals(sql)) {
        return query.path("subscribers");
      }
    }
    return RunningHouse.JSON.missingNode();
  }
}
