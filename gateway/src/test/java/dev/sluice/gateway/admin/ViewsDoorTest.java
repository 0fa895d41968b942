package dev.sluice.gateway.admin;

import static dev.sluice.gateway.admin.AskedOfViews.BY_DEVICE;
import static dev.sluice.gateway.admin.AskedOfViews.GATEWAY;
import static dev.sluice.gateway.admin.AskedOfViews.JSON;
import static dev.sluice.gateway.admin.AskedOfViews.define;
import static dev.sluice.gateway.admin.AskedOfViews.delete;
import static dev.sluice.gateway.admin.AskedOfViews.get;
import static dev.sluice.gateway.admin.AskedOfViews.refused;
import static dev.sluice.gateway.admin.AskedOfViews.send;
import static dev.sluice.gateway.admin.AskedOfViews.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.gateway.Http;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ViewsDoorTest {
  @BeforeAll
  static void declare() {
    stream("viewed", "");
  }

  @Test
  void aWebhookMayNotReachWhatOnlyTheGatewaysNetworkDoes() {
    stream("door_inside", "");
    String defined =
        "{\"sql\": %s, \"webhook\": {\"url\": \"http://169.254.169.254/latest\", \"secret\": \"whsec_%s\"}}"
            .formatted(
                JSON.writeValueAsString(BY_DEVICE.replace("viewed", "door_inside")),
                "A".repeat(32));
    HttpResponse<String> refused = send("PUT", "/v1/views/door_reaches", defined);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains(
            "\"code\":\"VIEW_INVALID\"", "\"field\":\"webhook.url\"", "sluice.webhooks.allow");
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
