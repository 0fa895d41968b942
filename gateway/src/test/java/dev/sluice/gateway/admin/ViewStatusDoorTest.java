package dev.sluice.gateway.admin;

import static dev.sluice.gateway.admin.AskedOfViews.BY_DEVICE;
import static dev.sluice.gateway.admin.AskedOfViews.JSON;
import static dev.sluice.gateway.admin.AskedOfViews.define;
import static dev.sluice.gateway.admin.AskedOfViews.delete;
import static dev.sluice.gateway.admin.AskedOfViews.get;
import static dev.sluice.gateway.admin.AskedOfViews.refused;
import static dev.sluice.gateway.admin.AskedOfViews.send;
import static dev.sluice.gateway.admin.AskedOfViews.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How views are, and what is built to take their place. No process of the pipeline runs here. */
class ViewStatusDoorTest {
  @BeforeAll
  static void declare() {
    stream("viewed", "");
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
        "{\"sql\": %s, \"webhook\": {\"url\": \"https://hooks.example/\", \"secret\": \"whsec_%s\"}}"
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
}
