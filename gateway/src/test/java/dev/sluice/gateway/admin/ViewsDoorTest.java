package dev.sluice.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ViewsDoorTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BY_DEVICE =
      "SELECT device, COUNT(*) AS n FROM viewed GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";

  @BeforeAll
  static void declare() {
    stream("viewed", "");
  }

  private static void stream(String name, String more) {
    HttpResponse<String> answer =
        send(
            "PUT",
            "/v1/streams/" + name,
            """
            {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}],
             "key": "device", "time": "ts", "partitions": 3%s}
            """
                .formatted(more));
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
  }

  @Test
  void aViewIsDefinedReadListedAndDeleted() {
    HttpResponse<String> created = define("door_seen", BY_DEVICE);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("location")).hasValue("/v1/views/door_seen");
    JsonNode definition = JSON.readTree(created.body());
    assertThat(definition.path("late").stringValue()).isEqualTo("count");
    assertThat(definition.path("retention").stringValue()).isEqualTo("P7D");
    assertThat(definition.path("table").booleanValue()).isTrue();

    HttpResponse<String> read = get("/v1/views/door_seen");
    HttpResponse<String> again = send("PUT", "/v1/views/door_seen", read.body());
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(created.body());
    ObjectNode listed = ((ObjectNode) definition).deepCopy();
    listed.putObject("status").put("state", "stopped").put("building", false);
    assertThat(JSON.readTree(get("/v1/views").body()).path("views").valueStream()).contains(listed);

    assertThat(delete("/v1/views/door_seen").statusCode()).isEqualTo(204);
    refused(delete("/v1/views/door_seen"), 404, "VIEW_UNKNOWN");
    refused(get("/v1/views/door_seen"), 404, "VIEW_UNKNOWN");
  }

  @Test
  void aViewFeedsAStreamAndIsShownWithIt() {
    stream("door_fed", "");
    String definition = "{\"sql\": \"SELECT device, ts FROM viewed\", \"into\": \"door_fed\"}";
    HttpResponse<String> created = send("PUT", "/v1/views/door_feed", definition);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(JSON.readTree(created.body()).path("into").stringValue()).isEqualTo("door_fed");
    HttpResponse<String> again =
        send("PUT", "/v1/views/door_feed", get("/v1/views/door_feed").body());
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);

    refused(delete("/v1/streams/door_fed"), 409, "STREAM_IN_USE");
    refused(send("POST", "/v1/views/door_feed/rebuild", ""), 409, "VIEW_IN_USE");
    refused(define("door_feed", "SELECT device, ts FROM viewed"), 409, "VIEW_IN_USE");
    refused(
        send("PUT", "/v1/views/door_loop", definition.replace("door_fed", "viewed")),
        400,
        "VIEW_INVALID");
    assertThat(delete("/v1/views/door_feed").statusCode()).isEqualTo(204);
    assertThat(delete("/v1/streams/door_fed").statusCode()).isEqualTo(204);
  }

  @Test
  void theStatusSaysWhatRowsThereAreAndHowFarItIs() {
    stream("door_full", "");
    HttpResponse<String> ack =
        send(
            "POST", "/v1/streams/door_full/watermark", "{\"watermark\": \"2020-01-01T00:00:00Z\"}");
    assertThat(ack.statusCode()).isEqualTo(200);
    define("door_status", BY_DEVICE.replace("viewed", "door_full"));

    JsonNode status = JSON.readTree(get("/v1/views/door_status").body()).path("status");

    assertThat(status.path("kind").stringValue()).isEqualTo("WINDOWED");
    assertThat(status.path("source").stringValue()).isEqualTo("door_full");
    assertThat(status.path("topic").stringValue()).isEqualTo("view.door_status");
    assertThat(status.path("fields").valueStream().map(field -> field.path("name").stringValue()))
        .containsExactly("window_start", "window_end", "device", "n");
    // No process of the pipeline runs here.
    assertThat(status.path("state").stringValue()).isEqualTo("stopped");
    assertThat(status.path("instances").intValue()).isZero();
    assertThat(status.path("lag").longValue()).isGreaterThanOrEqualTo(3);
    assertThat(status.path("watermark").isNull()).isTrue();
    assertThat(status.path("partitions").size()).isEqualTo(3);
    assertThat(status.path("accounting").path("read").longValue()).isZero();
    assertThat(status.path("records").longValue()).isZero();
    assertThat(status.path("dead-letters").longValue()).isZero();
    for (String unsaid : List.of("failure", "closed", "store", "table", "webhook")) {
      assertThat(status.path(unsaid).isNull()).as(unsaid).isTrue();
    }
  }

  @Test
  void theStatusSaysWhatTheProcessesOfThePipelineSay() throws SQLException {
    stream("door_told", "");
    define("door_says", BY_DEVICE.replace("viewed", "door_told"));
    long generation = status("door_says").path("generation").longValue();

    say(generation, "one", "false, NULL, NULL, 2, 1000000, 7, 900, NULL");
    say(generation, "other", "true, NULL, NULL, 2, 2000000, 3, 100, NULL");
    JsonNode behind = status("door_says");

    assertThat(behind.path("state").stringValue()).isEqualTo("catching-up");
    assertThat(behind.path("closed").stringValue()).isEqualTo("1970-01-01T00:16:40.000Z");
    assertThat(behind.path("store")).isEqualTo(JSON.readTree("{\"groups\":10,\"bytes\":1000}"));

    say(generation, "other", "true, 'QUERY_OVERFLOW', 'too large', 1, 2000000, 3, 100, NULL");
    JsonNode failing = status("door_says");

    assertThat(failing.path("state").stringValue()).isEqualTo("failing");
    assertThat(failing.path("failure"))
        .isEqualTo(JSON.readTree("{\"code\":\"QUERY_OVERFLOW\",\"detail\":\"too large\"}"));
    // Nobody says how far one of its four partitions is.
    assertThat(failing.path("closed").isNull()).isTrue();
    assertThat(JSON.readTree(get("/v1/views").body()).path("views").valueStream())
        .filteredOn(view -> view.path("name").asString().equals("door_says"))
        .singleElement()
        .matches(view -> view.path("status").path("state").asString().equals("failing"));
  }

  @Test
  void theStatusSaysHowItsWebhookIsDoing() throws SQLException {
    stream("door_telling", "");
    String defined =
        "{\"sql\": %s, \"webhook\": {\"url\": \"http://localhost:9/\", \"secret\": \"whsec_%s\"}}"
            .formatted(
                JSON.writeValueAsString(BY_DEVICE.replace("viewed", "door_telling")),
                "A".repeat(32));
    assertThat(send("PUT", "/v1/views/door_tells", defined).statusCode()).isEqualTo(201);
    assertThat(status("door_tells").path("webhook"))
        .isEqualTo(JSON.readTree("{\"lag\":0,\"failing\":null}"));

    long generation = status("door_tells").path("generation").longValue();
    say(generation, "teller", "false, NULL, NULL, 0, NULL, 0, 0, NULL, 'it answered 503'");

    assertThat(status("door_tells").path("webhook"))
        .isEqualTo(JSON.readTree("{\"lag\":0,\"failing\":\"it answered 503\"}"));
  }

  private static JsonNode status(String view) {
    return JSON.readTree(get("/v1/views/" + view).body()).path("status");
  }

  /** In place of a process of the pipeline. */
  private static void say(long generation, String process, String said) throws SQLException {
    URI url = URI.create(TestServers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    String jdbc = "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();
    try (Connection connection = DriverManager.getConnection(jdbc, user[0], user[1]);
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM sluice.view_states WHERE process = '" + process + "'");
      statement.execute(
          "INSERT INTO sluice.view_states VALUES (%d, '%s', now(), %s)"
              .formatted(generation, process, said));
    }
  }

  @Test
  void itsRowsAreAStreamThatIsOnlyRead() {
    define("door_rows", BY_DEVICE);

    assertThat(
            JSON.readTree(get("/v1/streams").body())
                .path("streams")
                .valueStream()
                .map(stream -> stream.path("name").stringValue()))
        .contains("viewed")
        .doesNotContain("door_rows");
    JsonNode stream = JSON.readTree(get("/v1/streams/door_rows").body());
    assertThat(stream.path("time").stringValue()).isEqualTo("window_end");
    assertThat(stream.path("view").path("kind").stringValue()).isEqualTo("WINDOWED");
    refused(send("POST", "/v1/streams/door_rows/events", "[{}]"), 409, "STREAM_READ_ONLY");
    refused(
        send(
            "POST", "/v1/streams/door_rows/watermark", "{\"watermark\": \"2020-01-01T00:00:00Z\"}"),
        409,
        "STREAM_READ_ONLY");
    refused(delete("/v1/streams/door_rows"), 409, "NAME_TAKEN");
    refused(send("PUT", "/v1/streams/door_rows", stream.toString()), 400, "STREAM_INVALID");

    HttpResponse<String> answer =
        Http.get(
            GATEWAY.query("SELECT n FROM door_rows", "from=earliest", "to=now"),
            "Accept",
            "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).path("rows").size()).isZero();
  }

  @Test
  void aRunningTotalIsAskedForAndNotAggregated() {
    define("door_total", "SELECT device, COUNT(*) AS n FROM viewed GROUP BY device");

    HttpResponse<String> asked =
        Http.get(
            GATEWAY.query("SELECT n FROM door_total", "from=earliest", "to=now"),
            "Accept",
            "application/json");
    HttpResponse<String> aggregated = Http.get(GATEWAY.query("SELECT SUM(n) AS s FROM door_total"));

    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
    refused(aggregated, 400, "QUERY_UNSUPPORTED");
    assertThat(aggregated.body()).contains("running total");
  }

  @Test
  void topicsAreKeptAsTheirRowsNeed() {
    stream("door_recording", ", \"historical\": true");
    define("door_kept", BY_DEVICE);
    define("door_old", BY_DEVICE.replace("viewed", "door_recording"));
    define("door_newest", "SELECT device, COUNT(*) AS n FROM viewed GROUP BY device");
    define("door_events", "SELECT device FROM viewed");

    assertThat(topic("door_kept"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "604800000")
        .containsEntry("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    assertThat(topic("door_old"))
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("retention.ms", "-1");
    assertThat(topic("door_newest"))
        .containsEntry("cleanup.policy", "compact")
        .containsEntry("retention.ms", "-1");
    assertThat(partitions("door_kept")).isEqualTo(4);
    assertThat(partitions("door_events")).isEqualTo(3);

    send(
        "PUT",
        "/v1/views/door_kept",
        "{\"sql\": " + JSON.writeValueAsString(BY_DEVICE) + ", \"retention\": \"P1D\"}");
    assertThat(topic("door_kept")).containsEntry("retention.ms", "86400000");
  }

  @Test
  void whatIsInUseStays() {
    stream("door_used", "");
    define("door_user", "SELECT device FROM door_used");
    define("door_user_of_it", "SELECT device FROM door_user");

    refused(delete("/v1/streams/door_used"), 409, "STREAM_IN_USE");
    refused(delete("/v1/views/door_user"), 409, "VIEW_IN_USE");
    refused(define("door_user", "SELECT ts FROM door_used"), 409, "VIEW_IN_USE");
    refused(send("POST", "/v1/views/door_user/rebuild", ""), 409, "VIEW_IN_USE");
    refused(define("door_used", "SELECT device FROM viewed"), 409, "NAME_TAKEN");
    assertThat(delete("/v1/views/door_user_of_it").statusCode()).isEqualTo(204);
    assertThat(delete("/v1/views/door_user").statusCode()).isEqualTo(204);
    assertThat(delete("/v1/streams/door_used").statusCode()).isEqualTo(204);
  }

  @Test
  void anotherQueryIsBuiltAndSaysHowItGoesUntilItIsCancelled() throws SQLException {
    define("door_turning", BY_DEVICE);
    assertThat(status("door_turning").path("building").isNull()).isTrue();

    HttpResponse<String> accepted = define("door_turning", "SELECT device FROM viewed");

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    JsonNode building = status("door_turning").path("building");
    assertThat(building.path("sql").stringValue()).isEqualTo("SELECT device FROM viewed");
    assertThat(building.path("state").stringValue()).isEqualTo("stopped");
    assertThat(building.path("lag").isNumber()).isTrue();
    assertThat(JSON.readTree(get("/v1/views/door_turning").body()).path("sql").stringValue())
        .isEqualTo(BY_DEVICE);
    assertThat(JSON.readTree(get("/v1/views").body()).path("views").valueStream())
        .filteredOn(view -> view.path("name").asString().equals("door_turning"))
        .allMatch(view -> view.path("status").path("building").booleanValue());

    long generation = building.path("generation").longValue();
    say(generation, "turner", "true, 'QUERY_OVERFLOW', 'too large', 0, NULL, 0, 0, NULL");
    JsonNode failing = status("door_turning");
    assertThat(failing.path("building").path("state").stringValue()).isEqualTo("failing");
    assertThat(failing.path("building").path("failure").path("code").stringValue())
        .isEqualTo("QUERY_OVERFLOW");
    assertThat(failing.path("state").stringValue()).isEqualTo("stopped");

    assertThat(delete("/v1/views/door_turning/build").statusCode()).isEqualTo(204);
    assertThat(status("door_turning").path("building").isNull()).isTrue();
    refused(delete("/v1/views/door_nobodys/build"), 404, "VIEW_UNKNOWN");
  }

  @Test
  void aViewIsBuiltAgain() {
    define("door_again", BY_DEVICE);

    HttpResponse<String> accepted = send("POST", "/v1/views/door_again/rebuild", "");

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    assertThat(JSON.readTree(accepted.body()).path("sql").stringValue()).isEqualTo(BY_DEVICE);
    assertThat(status("door_again").path("building").path("sql").stringValue())
        .isEqualTo(BY_DEVICE);
    assertThat(define("door_again", BY_DEVICE).statusCode()).isEqualTo(200);
    assertThat(status("door_again").path("building").isNull()).as("goes on").isFalse();
    refused(send("POST", "/v1/views/door_nobodys/rebuild", ""), 404, "VIEW_UNKNOWN");
  }

  @Test
  void whatTheLogHasNoMoreIsKeptOfWindowsAlone() {
    define("door_keeps", BY_DEVICE);
    define("door_keeps_not", "SELECT device, COUNT(*) AS n FROM viewed GROUP BY device");

    HttpResponse<String> accepted = send("POST", "/v1/views/door_keeps/rebuild?keep=true", "");
    HttpResponse<String> otherWindows =
        send(
            "PUT",
            "/v1/views/door_keeps?keep=true",
            "{\"sql\": " + JSON.writeValueAsString(BY_DEVICE.replace("10", "20")) + "}");
    HttpResponse<String> total = send("POST", "/v1/views/door_keeps_not/rebuild?keep=true", "");

    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    refused(otherWindows, 400, "VIEW_INVALID");
    assertThat(otherWindows.body()).contains("\"field\":\"keep\"", "other windows");
    refused(total, 400, "VIEW_INVALID");
    assertThat(total.body()).contains("all of the log");
    refused(send("POST", "/v1/views/door_keeps/rebuild?keep=yes", ""), 400, "BAD_REQUEST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | VIEW_INVALID | sql",
        "{\"sql\": 5} | VIEW_INVALID | sql",
        "{\"sql\": \"SELECT device FROM viewed\", \"latte\": \"count\"} | VIEW_INVALID | late?",
        "{\"sql\": \"SELECT device FROM viewed\", \"late\": \"drop\"} | VIEW_INVALID | late",
        "{\"sql\": \"SELECT device FROM viewed\", \"retention\": \"PT1S\"} | VIEW_INVALID | PT1M",
        "{\"sql\": \"SELECT device FROM viewed\", \"table\": \"yes\"} | VIEW_INVALID | table",
        "{\"sql\": \"SELECT device FROM viewed\", \"name\": \"x\"} | VIEW_INVALID | name",
        "{\"sql\": \"SELECT device FROM viewed WHERE device = 'a\\u0000b'\"} | VIEW_INVALID | NUL",
        "{\"sql\": \"SELECT device FROM viewed WHERE device = '\\ud800'\"} | VIEW_INVALID | Unicode",
        "{\"sql\": \"SELECT x FROM viewed\", \"sql\": \"SELECT 1\"} | BAD_REQUEST | JSON",
        "[] | BAD_REQUEST | JSON object",
        "{\"sql\": \"SELECT devise FROM viewed\"} | QUERY_UNKNOWN_COLUMN | did you mean device?",
        "{\"sql\": \"SELECT device FROM view3d\"} | QUERY_UNKNOWN_TABLE | did you mean viewed?",
        "{\"sql\": \"SELECT device FROM\"} | QUERY_SYNTAX | line",
        "{\"sql\": \"SELECT n FROM door_refused\"} | VIEW_INVALID | read itself",
        "{\"sql\": \"SELECT device FROM viewed LIMIT 1\"} | QUERY_UNSUPPORTED | LIMIT",
        "{\"sql\": \"SELECT _offset FROM viewed\"} | VIEW_INVALID | _offset"
      })
  void whatIsNoViewIsRefusedWithItsReason(String body, String code, String told) {
    HttpResponse<String> answer = send("PUT", "/v1/views/door_refused", body);

    assertThat(answer.statusCode()).isIn(400, 404);
    assertThat(answer.body()).contains("\"" + code + "\"", told);
    refused(get("/v1/views/door_refused"), 404, "VIEW_UNKNOWN");
  }

  @ParameterizedTest
  @CsvSource({
    "Upper",
    "select",
    "user",
    "a-b",
    "1st",
    "x%22%3B%20DROP%20TABLE%20sluice.streams%3B--",
    "gr%C3%B6sse"
  })
  void aNameThatNeedsQuotesIsRefused(String name) {
    refused(define(name, "SELECT device FROM viewed"), 400, "VIEW_INVALID");
    assertThat(get("/v1/streams").body()).contains("\"viewed\"");
  }

  @Test
  void whatBecomesOfLateEventsMayChange() {
    for (String late : List.of("count", "dead-letter")) {
      String body = JSON.writeValueAsString(Map.of("sql", BY_DEVICE, "late", late));

      HttpResponse<String> answer = send("PUT", "/v1/views/door_late", body);

      assertThat(answer.statusCode()).isBetween(200, 201);
      assertThat(JSON.readTree(answer.body()).path("late").asString()).isEqualTo(late);
    }
  }

  private static HttpResponse<String> define(String name, String sql) {
    return send("PUT", "/v1/views/" + name, "{\"sql\": " + JSON.writeValueAsString(sql) + "}");
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return Http.send(method, GATEWAY.http(path), body, "Content-Type", "application/json");
  }

  private static HttpResponse<String> get(String path) {
    return Http.get(GATEWAY.http(path));
  }

  private static HttpResponse<String> delete(String path) {
    return Http.send("DELETE", GATEWAY.http(path), "");
  }

  private static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"" + code + "\"");
  }

  private static Map<String, String> topic(String view) {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "view." + view);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      return admin
          .describeConfigs(List.of(topic))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join()
          .get(topic)
          .entries()
          .stream()
          .filter(entry -> entry.value() != null)
          .collect(
              java.util.stream.Collectors.toMap(entry -> entry.name(), entry -> entry.value()));
    }
  }

  private static int partitions(String view) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()))) {
      return admin
          .describeTopics(List.of("view." + view))
          .allTopicNames()
          .toCompletionStage()
          .toCompletableFuture()
          .join()
          .get("view." + view)
          .partitions()
          .size();
    }
  }
}
