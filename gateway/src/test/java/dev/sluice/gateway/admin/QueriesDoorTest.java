package dev.sluice.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QueriesDoorTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String STREAM = "looked_at";
  private static long seq;

  @BeforeAll
  static void declare() {
    GATEWAY.declare(
        STREAM,
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "time": "ts", "partitions": 1, "lateness": "PT0S"}
        """);
  }

  private static void send(int events) {
    GATEWAY.store(
        STREAM,
        IntStream.range(0, events)
            .mapToObj(
                i ->
                    "{\"device\":\"d%d\",\"n\":%d,\"ts\":\"%s\"}"
                        .formatted(i % 3, seq++, Instant.now()))
            .toList());
  }

  private static Connection begun(String sql, String... parameters) {
    Connection connection = GATEWAY.ask(sql, parameters);
    connection.readUntil("event: watermark");
    return connection;
  }

  private static JsonNode running(String sql) {
    HttpResponse<String> answer = Http.get(GATEWAY.http("/v1/queries?stream=" + STREAM));
    for (JsonNode query : JSON.readTree(answer.body()).path("queries")) {
      if (query.path("sql").stringValue().equals(sql)) {
        return query;
      }
    }
    return JSON.missingNode();
  }

  private static JsonNode explain(String sql) {
    HttpResponse<String> answer =
        Http.get(GATEWAY.query("EXPLAIN " + sql), "Accept", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var steps = JSON.createObjectNode();
    JSON.readTree(answer.body())
        .path("rows")
        .forEach(row -> steps.set(row.path(0).stringValue(), row.path(1)));
    return steps;
  }

  @Test
  void equalQuestionsAreOneQueryWithTwoSubscribers() {
    String sql = "SELECT device, n FROM " + STREAM + " WHERE n >= 0 AND device <> 'x$0'";
    try (Connection one = begun(sql);
        Connection two = begun(sql.replace("n >= 0", "0 <= n"), "overflow=drop-oldest")) {
      send(10);
      two.readUntil("\"n\":" + (seq - 1));

      JsonNode shown =
          await()
              .atMost(SOON)
              .until(
                  () -> running(sql),
                  query ->
                      query.path("computations").size() == 1
                          && query.path("computations").path(0).path("rows").longValue() == 10);
      JsonNode computation = shown.path("computations").path(0);
      assertThat(computation.path("state").stringValue()).isEqualTo("live");
      assertThat(computation.path("lag-events").longValue()).isZero();
      assertThat(computation.path("lag-seconds").doubleValue()).isZero();
      assertThat(computation.path("subscribers").intValue()).isEqualTo(2);
      assertThat(computation.path("accounting").path("counted").longValue()).isEqualTo(10);
      assertThat(computation.path("buffers")).hasSize(1);
      assertThat(shown.path("plan").path("filter").stringValue())
          .contains("'x$0'", "device", "n")
          .doesNotContain("$1");

      JsonNode single =
          JSON.readTree(
              Http.get(GATEWAY.http("/v1/queries/" + shown.path("id").stringValue())).body());
      assertThat(single.path("computations").path(0).path("buffers"))
          .extracting(buffer -> buffer.path("overflow").stringValue())
          .containsExactlyInAnyOrder("buffer", "drop-oldest");
      assertThat(explain(sql).path("id")).isEqualTo(shown.path("id"));
    }
    await().atMost(SOON).until(() -> running(sql).isMissingNode());
  }

  @Test
  void groupsStateAndTheWindowAreShown() {
    String sql =
        "SELECT device, COUNT(*) AS c FROM "
            + STREAM
            + " GROUP BY TUMBLE(ts, INTERVAL '1' DAY), device";
    try (Connection one = GATEWAY.ask(sql)) {
      one.readUntil("event: watermark");
      send(30);

      JsonNode computation =
          await()
              .atMost(SOON)
              .until(
                  () -> running(sql).path("computations").path(0),
                  shown -> shown.path("groups").intValue() == 3);
      assertThat(computation.path("state-bytes").longValue()).isPositive();
      assertThat(running(sql).path("window").stringValue()).isEqualTo("tumble PT24H");
      one.readUntil("\"state\":\"live\",\"lag-events\":0");
    }
  }

  @Test
  void deletedQueryEndsForItsSubscribersAndAnEventSourceStaysAway() {
    String sql = "SELECT n FROM " + STREAM + " WHERE n > 5";
    try (Connection one = GATEWAY.ask(sql)) {
      one.readUntil("event: watermark");
      String id =
          await()
              .atMost(SOON)
              .until(() -> running(sql).path("id"), JsonNode::isString)
              .stringValue();

      assertThat(Http.send("DELETE", GATEWAY.http("/v1/queries/" + id), "").statusCode())
          .isEqualTo(204);

      String told = one.readUntil("QUERY_DELETED");
      assertThat(told).contains("event: error");
      String last = told.replaceAll("(?s).*id: (\\S+)\nevent: error.*", "$1");
      assertThat(
              Http.get(GATEWAY.query(sql), "Accept", "text/event-stream", "Last-Event-ID", last)
                  .statusCode())
          .isEqualTo(204);
      assertThat(Http.send("DELETE", GATEWAY.http("/v1/queries/" + id), "").body())
          .contains("QUERY_UNKNOWN");
      assertThat(Http.get(GATEWAY.http("/v1/queries/" + id)).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void explainSaysWhatWouldBeSharedHeldAndReadAgain() {
    String sql =
        "SELECT device, AVG(n) AS a, COUNT(DISTINCT n) AS d FROM "
            + STREAM
            + " WHERE n > 1000000 GROUP BY HOP(ts, INTERVAL '1' MINUTE, INTERVAL '1' HOUR), device"
            + " HAVING COUNT(*) > 2";
    JsonNode alone = explain(sql);

    assertThat(alone.path("filter").stringValue()).contains("n", "1000000");
    assertThat(alone.path("window").stringValue()).isEqualTo("hop PT1H every PT1M");
    assertThat(alone.path("group").stringValue()).isEqualTo("device");
    assertThat(alone.path("having").stringValue()).contains("COUNT_ALL(*)", "2");
    assertThat(alone.path("state").stringValue()).matches("about \\d+ bytes a group.*values take");
    assertThat(alone.path("shares").stringValue()).contains("nothing computes the same");
    assertThat(alone.path("resume").stringValue()).contains("PT1H");

    try (Connection one = GATEWAY.ask(sql)) {
      one.readUntil("\"state\":\"live\"");
      assertThat(explain(sql).path("shares").stringValue())
          .isEqualTo("1 computation runs for 1 subscriber; it would join the one that is live");
    }
  }

  @Test
  void explainIsAnsweredOnceAndItsErrorsAreWhereTheyAre() {
    HttpResponse<String> sse =
        Http.get(GATEWAY.query("explain SELECT n FROM " + STREAM), "Accept", "text/event-stream");
    String last = sse.body().replaceAll("(?s).*id: (\\S+)\nevent: end.*", "$1");

    assertThat(sse.body())
        .contains("event: row\ndata: {\"step\":\"scan\",\"detail\":\"looked_at\"}");
    assertThat(
            Http.get(GATEWAY.query("explain SELECT n FROM " + STREAM), "Last-Event-ID", last)
                .statusCode())
        .isEqualTo(204);
    HttpResponse<String> wrong = Http.get(GATEWAY.query("EXPLAIN\n SELECT m FROM " + STREAM));
    assertThat(wrong.body()).contains("QUERY_UNKNOWN_COLUMN", "\"line\":2", "\"column\":9");
  }
}
