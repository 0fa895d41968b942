package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.fleet.Fleet;
import dev.sluice.fleet.FleetOptions;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The main job: buses send, a windowed question is answered, and everything is counted. */
class DemoCountsTest {
  private static final String BY_ROUTE =
      "SELECT route, COUNT(*) AS reports, AVG(speed) AS avg_speed FROM buses GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), route";

  @Test
  void everyAckedReportIsInTheLogAndCounted() throws Exception {
    try (RunningHouse running = new RunningHouse()) {
      Fleet fleet =
          Fleet.start(
              new FleetOptions(
                  URI.create(running.house.http()),
                  running.house.host(),
                  running.house.rsocketPort(),
                  120));
      CopyOnWriteArrayList<JsonNode> rows = new CopyOnWriteArrayList<>();
      await().atMost(60, TimeUnit.SECONDS).until(() -> fleet.counters().acked() > 500);
      running.follow(
          BY_ROUTE,
          event -> {
            if (event.has("row")) {
              rows.add(event.get("row"));
            }
          });
      await().atMost(60, TimeUnit.SECONDS).until(() -> rows.size() > 20);
      fleet.stop(Duration.ofSeconds(10)).block(Duration.ofSeconds(60));
      long acked = fleet.counters().acked();

      JsonNode stream = running.get("/v1/streams/buses");
      JsonNode total = running.ask("SELECT COUNT(*) AS n FROM buses", "earliest", "now");
      JsonNode windows = running.ask(BY_ROUTE, "earliest", "now").get("accounting");

      long duplicates = total.get("accounting").get("duplicate").asLong();
      assertThat(total.get("rows").get(0).get(0).asLong()).isEqualTo(acked);
      assertThat(total.get("accounting").get("read").asLong()).isEqualTo(acked + duplicates);
      assertThat(windows.get("counted").asLong() + windows.get("late").asLong()).isEqualTo(acked);
      assertThat(stream.toString()).contains("\"partitions\":6");
      // The demo's switches are the demo's alone.
      assertThat(running.send("POST", "/demo/fleet", "{}").body()).contains("NOT_FOUND");
      assertThat(rows).allSatisfy(row -> assertThat(row.get("reports").asLong()).isPositive());
      sluicesOwnStreamsHaveViewsAsOthersDo(running);
    }
  }

  private static void sluicesOwnStreamsHaveViewsAsOthersDo(RunningHouse running) throws Exception {
    String devices = "SELECT event, COUNT(*) AS n FROM \"sluice.devices\" GROUP BY event";
    view(running, "came_and_went", devices);
    view(
        running,
        "changed",
        "SELECT name, COUNT(*) AS n FROM \"sluice.audit\" GROUP BY TUMBLE(ts, INTERVAL '1' SECOND), name");

    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(totals(running, "SELECT event, n FROM came_and_went"))
                    .isEqualTo(totals(running, devices))
                    .containsOnlyKeys("connected", "disconnected"));
    // Nothing is changed after the last view: silence closes its window.
    await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(totals(running, "SELECT name, n FROM changed"))
                    .containsEntry("buses", 1L)
                    .containsEntry("changed", 1L));
  }

  private static void view(RunningHouse running, String name, String sql) throws Exception {
    HttpResponse<String> defined =
        running.send(
            "PUT",
            "/v1/views/" + name,
            RunningHouse.JSON.createObjectNode().put("sql", sql).toString(),
            "Content-Type",
            "application/json");
    assertThat(defined.statusCode()).as(defined.body()).isEqualTo(201);
  }

  /** The last number of each name. */
  private static Map<String, Long> totals(RunningHouse running, String sql) throws Exception {
    Map<String, Long> totals = new HashMap<>();
    JsonNode answer = running.ask(sql, "earliest", "now");
    for (String some : List.of("rows", "open")) {
      for (JsonNode row : answer.path(some)) {
        totals.put(row.get(0).stringValue(), row.get(1).longValue());
      }
    }
    return totals;
  }
}
