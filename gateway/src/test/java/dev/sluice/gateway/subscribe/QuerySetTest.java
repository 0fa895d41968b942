package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Several questions on one stream, on a real gateway. */
class QuerySetTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String STREAM = "asked_together";
  private static final int EVENTS = 2_000;

  @BeforeAll
  static void fill() {
    post(
        "PUT",
        "/v1/streams/" + STREAM,
        "{\"fields\":[{\"name\":\"n\",\"type\":\"LONG\"},{\"name\":\"ts\",\"type\":\"TIMESTAMP\"}],"
            + "\"time\":\"ts\",\"partitions\":1,\"lateness\":\"PT0S\",\"historical\":true}");
    List<String> frame = new ArrayList<>();
    for (int n = 0; n < EVENTS; n++) {
      frame.add("{\"n\":%d,\"ts\":%d}".formatted(n, 1_420_000_000_000L + n * 100L));
    }
    post("POST", "/v1/streams/" + STREAM + "/events", frame.toString());
  }

  private static HttpResponse<String> post(
      String method, String path, String body, String... accept) {
    List<String> headers = new ArrayList<>(List.of("Content-Type", "application/json"));
    for (String type : accept) {
      headers.addAll(List.of("Accept", type));
    }
    return Http.send(method, GATEWAY.http(path), body, headers.toArray(String[]::new));
  }

  private static String past(String id, String sql, String more) {
    return "{\"id\":\"%s\",\"sql\":\"%s\",\"from\":\"earliest\",\"to\":\"2020-01-01T00:00:00Z\"%s}"
        .formatted(id, sql.formatted(STREAM), more);
  }

  private static String set(String... queries) {
    return "{\"queries\":[" + String.join(",", queries) + "]}";
  }

  private static List<JsonNode> lines(String body) {
    return body.lines().map(JSON::readTree).toList();
  }

  private static List<JsonNode> of(String id, String kind, List<JsonNode> events) {
    return events.stream()
        .filter(event -> event.path("query").stringValue().equals(id) && event.has(kind))
        .toList();
  }

  @Test
  void eachIsAnsweredAndAFailedOneEndsAlone() {
    HttpResponse<String> answer =
        post(
            "POST",
            "/v1/query",
            set(
                past("all", "SELECT n FROM %s", ""),
                past("typo", "SELECT m FROM %s", ""),
                past("fails", "SELECT 1 / (n - 1500) AS x FROM %s", ""),
                past(
                    "windows",
                    "SELECT COUNT(*) AS c FROM %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)",
                    "")));

    List<JsonNode> events = lines(answer.body());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(of("all", "row", events)).hasSize(EVENTS);
    assertThat(of("windows", "row", events)).hasSizeGreaterThan(15);
    assertThat(of("all", "end", events)).hasSize(1);
    assertThat(of("windows", "end", events)).hasSize(1);
    JsonNode typo = of("typo", "error", events).get(0).path("error");
    assertThat(typo.path("code").stringValue()).isEqualTo("QUERY_UNKNOWN_COLUMN");
    assertThat(typo.path("column").intValue()).isEqualTo(8);
    JsonNode fails = of("fails", "error", events).get(0).path("error");
    assertThat(fails.path("code").stringValue()).isEqualTo("QUERY_DIVISION_BY_ZERO");
  }

  @Test
  void aSetThatIsPostedAgainGoesOnAtEachOnesToken() {
    String all = "SELECT n FROM %s";
    String even = "SELECT n FROM %s WHERE MOD(n, 2) = 0";
    List<JsonNode> first =
        lines(post("POST", "/v1/query", set(past("all", all, ""), past("even", even, ""))).body());
    String had = of("all", "row", first).get(999).path("id").stringValue();
    String over = of("even", "end", first).get(0).path("id").stringValue();

    List<JsonNode> second =
        lines(
            post(
                    "POST",
                    "/v1/query",
                    set(
                        past("all", all, ",\"after\":\"" + had + "\""),
                        past("even", even, ",\"after\":\"" + over + "\""),
                        past("stale", even, ",\"after\":\"" + had + "\"")))
                .body());

    assertThat(of("all", "row", second))
        .extracting(event -> event.path("row").path("n").intValue())
        .startsWith(1_000)
        .hasSize(EVENTS - 1_000);
    assertThat(of("even", "row", second)).isEmpty();
    assertThat(of("even", "end", second).get(0).path("end").path("reason").stringValue())
        .isEqualTo("over");
    assertThat(of("stale", "error", second).get(0).path("error").path("code").stringValue())
        .isEqualTo("RESUME_TOKEN_INVALID");
  }

  @Test
  void serverSentEventsHaveTheSameObjectsAndLiveOnesDoNotWaitForEachOther() {
    String body =
        set(
            "{\"id\":\"live\",\"sql\":\"SELECT n FROM %s WHERE n < 0\"}".formatted(STREAM),
            past("past", "SELECT n FROM %s WHERE n >= 1990", ""));
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            "POST /v1/query HTTP/1.1",
            "Host: 127.0.0.1",
            "Accept: text/event-stream",
            "Content-Type: application/json",
            "Content-Length: " + body.length(),
            "",
            body)) {
      assertThat(connection.readUntil("event: end"))
          .contains("Content-Type: text/event-stream")
          .contains("event: row\ndata: {\"query\":\"past\",\"row\": {\"n\":1999}, \"id\": \"")
          .doesNotContain("\nid: ");
      connection.readUntil("{\"query\":\"live\",\"watermark\": ");
      post("POST", "/v1/streams/" + STREAM + "/events", "[{\"n\":-5,\"ts\":1500000000000}]");
      connection.readUntil("{\"query\":\"live\",\"row\": {\"n\":-5}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"queries\":[]}|QUERY_PARAMETER|queries",
        "{\"queries\":[{\"id\":\"a\",\"sql\":\"x\"}],\"sql\":\"x\"}|QUERY_PARAMETER|queries",
        "{\"queries\":[{\"sql\":\"x\"}]}|QUERY_PARAMETER|queries[0].id",
        "{\"queries\":[{\"id\":\"a b\",\"sql\":\"x\"}]}|QUERY_PARAMETER|queries[0].id",
        "{\"queries\":[{\"id\":\"a\",\"sql\":\"x\"},{\"id\":\"a\",\"sql\":\"y\"}]}|QUERY_PARAMETER|queries[1].id",
        "{\"queries\":[{\"id\":\"a\",\"sql\":\"x\",\"ids\":true}]}|QUERY_PARAMETER|queries[0].ids",
        "{\"queries\":[{\"id\":\"a\"}]}|QUERY_MISSING|sql",
        "{\"queries\":[3]}|QUERY_PARAMETER|queries[0]",
      })
  void aSetOfTheWrongFormIsRefusedAsAWhole(String body, String code, String field) {
    JsonNode problem = JSON.readTree(post("POST", "/v1/query", body).body());

    assertThat(problem.path("code").stringValue()).isEqualTo(code);
    assertThat(problem.path("field").stringValue()).isEqualTo(field);
  }

  @Test
  void tooManyAndOneDocumentAreRefused() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 65; i++) {
      many.add("{\"id\":\"q" + i + "\",\"sql\":\"SELECT n FROM " + STREAM + "\"}");
    }

    assertThat(post("POST", "/v1/query", "{\"queries\":" + many + "}").body())
        .contains("QUERY_SET_TOO_LARGE", "sluice.query.max-set");
    assertThat(
            post("POST", "/v1/query", set(past("a", "SELECT n FROM %s", "")), "application/json")
                .statusCode())
        .isEqualTo(406);
  }
}
