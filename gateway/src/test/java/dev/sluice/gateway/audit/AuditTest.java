package dev.sluice.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.Author;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who changed what, asked as any stream is. */
class AuditTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STREAM =
      "{\"fields\":[{\"name\":\"device\",\"type\":\"STRING\"},{\"name\":\"ts\",\"type\":\"TIMESTAMP\"}],"
          + "\"time\":\"ts\",\"key\":\"device\"%s}";

  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway = RunningGateway.shared();
  }

  @AfterAll
  static void clean() {
    send("DELETE", "/v1/views/audited_view", "");
    send("DELETE", "/v1/streams/audited_stream", "");
  }

  @Test
  void eachKindOfChangeIsToldWithWhoMadeItAndTheDefinitions() {
    send("PUT", "/v1/streams/audited_stream", STREAM.formatted(""));
    send("PUT", "/v1/streams/audited_stream", STREAM.formatted(",\"retention\":\"P2D\""));
    send("PUT", "/v1/streams/audited_stream", STREAM.formatted(",\"retention\":\"P2D\""));
    String view =
        "{\"sql\":\"SELECT device, COUNT(*) AS n FROM audited_stream GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device\""
            + ",\"webhook\":{\"url\":\"https://example.com/hook\",\"secret\":\"whsec_ZG8gbm90IHRlbGwgdGhpcyB0byBhbnlvbmU=\"}}";
    assertThat(send("PUT", "/v1/views/audited_view", view).statusCode()).isEqualTo(201);
    send("POST", "/v1/views/audited_view/rebuild", "");
    send("DELETE", "/v1/views/audited_view/build", "");
    send("DELETE", "/v1/views/audited_view", "");
    send("DELETE", "/v1/streams/audited_stream", "");
    send(
        "PUT",
        "/v1/tables/audited_table",
        "{\"fields\":[{\"name\":\"k\",\"type\":\"STRING\"}],\"key\":\"k\"}");
    send("DELETE", "/v1/tables/audited_table", "");

    List<JsonNode> told = told("name LIKE 'audited_%'", 9);

    assertThat(told)
        .extracting(
            row ->
                "%s %s %s %s"
                    .formatted(
                        text(row, "action"),
                        text(row, "kind"),
                        text(row, "name"),
                        text(row, "outcome")))
        .containsExactly(
            "put stream audited_stream created",
            "put stream audited_stream changed",
            "put view audited_view created",
            "rebuild view audited_view building",
            "cancel-build view audited_view deleted",
            "delete view audited_view deleted",
            "delete stream audited_stream deleted",
            "put table audited_table created",
            "delete table audited_table deleted");
    assertThat(told)
        .allSatisfy(
            row -> {
              assertThat(text(row, "subject")).isEqualTo("anonymous");
              assertThat(text(row, "face")).isEqualTo("http");
              assertThat(text(row, "address")).startsWith("127.0.0.1:");
              assertThat(row.toString()).doesNotContain("whsec_").doesNotContain("ZG8gbm90");
            });
    assertThat(text(told.get(1), "before")).isEqualTo(text(told.get(0), "after"));
    assertThat(text(told.get(1), "after")).contains("\"retention\":\"P2D\"");
    assertThat(text(told.get(2), "after")).contains("https://example.com/hook");
  }

  @Test
  void attemptsThatAreRefusedAreTold() {
    RefusedAttempts refused = gateway.bean(RefusedAttempts.class);
    for (int i = 0; i < 1_000; i++) {
      refused.tell(
          new Author("mallory", "http", "127.0.0.1:1"), "DELETE", "/v1/streams/refused", 403);
    }

    List<JsonNode> told = told("subject = 'mallory'", 100);

    assertThat(told).hasSizeBetween(100, 120);
    assertThat(text(told.get(0), "outcome")).isEqualTo("403");
  }

  @Test
  void aPageThatMayNotAskHereIsTold() {
    List<JsonNode> told =
        await()
            .atMost(SOON)
            .until(
                () -> {
                  // Again, as others may just have been refused more often than is told.
                  HttpResponse<String> refused =
                      Http.get(
                          gateway.http("/v1/streams/audited_origin?ticket=hush"),
                          "Origin",
                          "https://audited.example");
                  assertThat(refused.statusCode()).isEqualTo(403);
                  return told("name = '/v1/streams/audited_origin'", 0);
                },
                rows -> !rows.isEmpty());

    assertThat(text(told.get(0), "kind")).isEqualTo("refused");
    assertThat(text(told.get(0), "subject")).isEqualTo("unknown");
    assertThat(text(told.get(0), "outcome")).isEqualTo("403");
    assertThat(text(told.get(0), "action")).isEqualTo("get");
    assertThat(text(told.get(0), "address")).startsWith("127.0.0.1:");
  }

  @Test
  void whatIsDoneToDeadLettersAndQueriesIsToldBeforeItIsDone() {
    send("PUT", "/v1/streams/audited_deeds", STREAM.formatted(""));
    String letters = "/v1/streams/audited_deeds/dead-letters";
    assertThat(send("POST", letters + "/replay?code=FIELD_TYPE", "").statusCode()).isEqualTo(200);
    assertThat(send("DELETE", letters + "?id=audited", "").statusCode()).isEqualTo(400);
    assertThat(send("DELETE", letters, "").statusCode()).isEqualTo(200);
    String query;
    try (Http.Connection asking =
        Http.open(
            gateway.http(),
            "GET "
                + gateway
                    .query("SELECT device AS d FROM audited_deeds")
                    .toString()
                    .substring(gateway.http().toString().length())
                + " HTTP/1.1",
            "Host: localhost",
            "Accept: text/event-stream")) {
      asking.readUntil("retry: 1000");
      // The answer has begun; the query is there a moment later.
      query = await().atMost(SOON).until(this::onlyQuery, id -> !id.isEmpty());
      assertThat(send("DELETE", "/v1/queries/" + query, "").statusCode()).isEqualTo(204);
    }
    assertThat(send("DELETE", "/v1/queries/" + query, "").statusCode()).isEqualTo(404);
    send("DELETE", "/v1/streams/audited_deeds", "");

    List<JsonNode> told =
        told("outcome = 'asked' AND name IN ('audited_deeds', '" + query + "')", 3);

    assertThat(told)
        .extracting(
            row -> text(row, "action") + " " + text(row, "kind") + " " + text(row, "before"))
        .containsExactly(
            "replay dead-letters {\"code\":[\"FIELD_TYPE\"]}",
            "delete dead-letters {}",
            "delete query {\"sql\":\"SELECT device AS d FROM audited_deeds\"}");
    assertThat(told).allSatisfy(row -> assertThat(text(row, "subject")).isEqualTo("anonymous"));
  }

  private String onlyQuery() {
    return text(
        JSON.readTree(Http.get(gateway.http("/v1/queries?stream=audited_deeds")).body())
            .path("queries")
            .path(0),
        "id");
  }

  @Test
  void whoComesBackWithATokenGoesOnBehindIt() {
    for (int i = 0; i < 2; i++) {
      send("PUT", "/v1/streams/resumed_" + i, STREAM.formatted(""));
      send("DELETE", "/v1/streams/resumed_" + i, "");
    }
    told("name LIKE 'resumed_%'", 4);
    String to = "to=" + Instant.now();

    List<String> all = rows(to);

    assertThat(all).hasSize(4);
    for (int i = 0; i < 3; i++) {
      String id = all.get(i).substring(all.get(i).indexOf("id: ") + 4).split("\n", 2)[0];
      assertThat(rows(to, "Last-Event-ID", id)).isEqualTo(all.subList(i + 1, 4));
    }
  }

  /** The server-sent events that are rows, as they came. */
  private static List<String> rows(String to, String... headers) {
    List<String> all = new ArrayList<>(List.of("Accept", "text/event-stream"));
    all.addAll(List.of(headers));
    String answer =
        Http.get(
                gateway.query(
                    "SELECT action, name FROM \"sluice.audit\" WHERE name LIKE 'resumed_%'",
                    "from=earliest", to),
                all.toArray(String[]::new))
            .body();
    assertThat(answer).contains("event: end");
    return Stream.of(answer.split("\n\n")).filter(event -> event.contains("event: row")).toList();
  }

  @Test
  void theNamesAreSluicesOwn() {
    refused(send("PUT", "/v1/streams/sluice.devices", STREAM.formatted("")), "NAME_RESERVED");
    refused(send("DELETE", "/v1/streams/sluice.devices", ""), "NAME_RESERVED");
    refused(send("PUT", "/v1/views/sluice.mine", "{\"sql\":\"SELECT 1\"}"), "NAME_RESERVED");
    refused(
        send(
            "PUT",
            "/v1/tables/sluice.mine",
            "{\"fields\":[{\"name\":\"k\",\"type\":\"STRING\"}],\"key\":\"k\"}"),
        "NAME_RESERVED");
    refused(send("POST", "/v1/streams/sluice.audit/events", "{}"), "STREAM_READ_ONLY");
    refused(
        send(
            "POST",
            "/v1/streams/sluice.audit/watermark",
            "{\"watermark\":\"2026-01-01T00:00:00Z\"}"),
        "STREAM_READ_ONLY");
    assertThat(
            JSON.readTree(Http.get(gateway.http("/v1/streams")).body())
                .path("streams")
                .valueStream()
                .map(stream -> text(stream, "name")))
        .contains("sluice.audit", "sluice.devices");
  }

  private static void refused(HttpResponse<String> answer, String code) {
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.statusCode()).isEqualTo(409);
  }

  /** At least so many, in their order. */
  private static List<JsonNode> told(String condition, int least) {
    return await()
        .atMost(SOON)
        .until(
            () ->
                Http.get(
                        gateway.query(
                            "SELECT * FROM \"sluice.audit\" WHERE " + condition,
                            "from=-10m",
                            "to=now"),
                        "Accept",
                        "application/x-ndjson")
                    .body()
                    .lines()
                    .map(line -> JSON.readTree(line).path("row"))
                    .filter(JsonNode::isObject)
                    .toList(),
            rows -> rows.size() >= least);
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return Http.send(method, gateway.http(path), body, "Content-Type", "application/json");
  }

  private static String text(JsonNode row, String field) {
    return row.path(field).asString();
  }
}
