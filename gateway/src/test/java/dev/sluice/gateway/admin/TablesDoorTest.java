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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TablesDoorTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String DEVICES =
      """
      {"fields": [{"name": "device", "type": "STRING"},
                  {"name": "site", "type": "STRING", "nullable": true},
                  {"name": "floor", "type": "LONG", "nullable": true},
                  {"name": "limit_c", "type": "DOUBLE", "nullable": true},
                  {"name": "active", "type": "BOOLEAN", "nullable": true},
                  {"name": "installed", "type": "TIMESTAMP", "nullable": true}],
       "key": "device"}
      """;

  @Test
  void aTableIsDeclaredReadListedAndDeleted() {
    HttpResponse<String> created = put("/v1/tables/door_seen_table", DEVICES);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(created.headers().firstValue("location")).hasValue("/v1/tables/door_seen_table");
    JsonNode definition = JSON.readTree(created.body());
    assertThat(definition.path("key").stringValue()).isEqualTo("device");

    HttpResponse<String> read = get("/v1/tables/door_seen_table");
    assertThat(JSON.readTree(read.body()).path("status").path("rows").longValue()).isZero();
    HttpResponse<String> again = put("/v1/tables/door_seen_table", read.body());
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(created.body());
    assertThat(JSON.readTree(get("/v1/tables").body()).path("tables").valueStream())
        .contains(definition);

    assertThat(delete("/v1/tables/door_seen_table").statusCode()).isEqualTo(204);
    refused(delete("/v1/tables/door_seen_table"), 404, "TABLE_UNKNOWN");
    refused(get("/v1/tables/door_seen_table"), 404, "TABLE_UNKNOWN");
    refused(get("/v1/tables/door_seen_table/rows"), 404, "TABLE_UNKNOWN");
    assertThat(put("/v1/tables/door_seen_table", DEVICES).statusCode()).isEqualTo(201);
  }

  @Test
  void rowsArePutReadAndDeletedByKey() {
    put("/v1/tables/door_rows_table", DEVICES);

    HttpResponse<String> put =
        put(
            "/v1/tables/door_rows_table/rows",
            """
            [{"device": "b", "site": "yard", "floor": -3},
             {"device": "a", "site": "depot", "floor": 9007199254740993, "limit_c": 80.5,
              "active": true, "installed": "2026-01-02T03:04:05.678Z"},
             {"device": "b", "site": "hall"}]
            """);
    assertThat(put.body()).isEqualTo("{\"rows\":2}");
    assertThat(rows("door_rows_table"))
        .isEqualTo(
            "[{\"device\":\"a\",\"site\":\"depot\",\"floor\":9007199254740993,\"limit_c\":80.5,"
                + "\"active\":true,\"installed\":\"2026-01-02T03:04:05.678Z\"},"
                + "{\"device\":\"b\",\"site\":\"hall\",\"floor\":null,\"limit_c\":null,"
                + "\"active\":null,\"installed\":null}]");

    HttpResponse<String> lines =
        Http.send(
            "PUT",
            GATEWAY.http("/v1/tables/door_rows_table/rows"),
            "{\"device\": \"c\"}\n{\"device\": \"a\", \"site\": \"dock\"}\n",
            "Content-Type",
            "application/x-ndjson");
    assertThat(lines.body()).isEqualTo("{\"rows\":2}");
    assertThat(JSON.readTree(rows("door_rows_table")).valueStream().map(row -> row.path("site")))
        .map(site -> site.isNull() ? "" : site.stringValue())
        .containsExactly("dock", "hall", "");

    HttpResponse<String> gone =
        send("DELETE", "/v1/tables/door_rows_table/rows", "[\"b\", {\"device\": \"c\"}, \"x\"]");
    assertThat(gone.body()).isEqualTo("{\"rows\":2}");
    assertThat(JSON.readTree(rows("door_rows_table")).size()).isEqualTo(1);
    assertThat(
            JSON.readTree(get("/v1/tables/door_rows_table/rows?limit=0").body())
                .path("rows")
                .size())
        .isZero();
    refused(get("/v1/tables/door_rows_table/rows?limit=1001"), 400, "BAD_REQUEST");
  }

  @Test
  void aKeyMayBeOfSeveralFields() {
    put(
        "/v1/tables/door_pairs",
        """
        {"fields": [{"name": "code", "type": "LONG"}, {"name": "site", "type": "STRING"},
                    {"name": "what", "type": "STRING"}], "key": ["site", "code"]}
        """);
    put(
        "/v1/tables/door_pairs/rows",
        "[{\"code\": 1, \"site\": \"a\", \"what\": \"x\"}, {\"code\": 2, \"site\": \"a\", \"what\": \"y\"}]");

    HttpResponse<String> gone =
        send("DELETE", "/v1/tables/door_pairs/rows", "[{\"site\": \"a\", \"code\": 1}]");

    assertThat(gone.body()).isEqualTo("{\"rows\":1}");
    assertThat(rows("door_pairs")).isEqualTo("[{\"code\":2,\"site\":\"a\",\"what\":\"y\"}]");
    refused(send("DELETE", "/v1/tables/door_pairs/rows", "[1]"), 422, "TABLE_ROW_INVALID");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"device\": \"a\"}, {\"device\": \"b\", \"floor\": 1.5}] | 422 | TABLE_ROW_INVALID | row 1: floor | floor",
        "[{\"device\": \"a\"}, {\"site\": \"b\"}] | 422 | TABLE_ROW_INVALID | row 1: device | device",
        "[{\"device\": \"a\"}, {\"device\": \"b\", \"sight\": \"c\"}] | 422 | TABLE_ROW_INVALID | row 1: | sight",
        "[{\"device\": \"a\\u0000\"}] | 422 | TABLE_ROW_INVALID | row 0: device | device",
        "[{\"device\": | 400 | FRAME_NOT_JSON | expected a value |",
        "{} | 422 | TABLE_ROW_INVALID | row 0: device | device",
      })
  void nothingIsPutOfRowsOfWhichOneIsWrong(
      String body, int status, String code, String told, String field) {
    put("/v1/tables/door_strict", DEVICES);

    HttpResponse<String> answer = put("/v1/tables/door_strict/rows", body);

    refused(answer, status, code);
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("detail").stringValue()).contains(told);
    assertThat(problem.path("field").stringValue("")).isEqualTo(field == null ? "" : field);
    assertThat(rows("door_strict")).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select | {\"fields\": [{\"name\": \"a\", \"type\": \"LONG\"}], \"key\": \"a\"} | name",
        "door_bad | {\"fields\": [{\"name\": \"user\", \"type\": \"LONG\"}], \"key\": \"user\"} | user",
        "door_bad | {\"fields\": [{\"name\": \"ctid\", \"type\": \"LONG\"}], \"key\": \"ctid\"} | ctid",
        "door_bad | {\"fields\": [{\"name\": \"Aa\", \"type\": \"LONG\"}], \"key\": \"Aa\"} | Aa",
        "door_bad | {\"fields\": [{\"name\": \"a\\\"; DROP SCHEMA sluice\", \"type\": \"LONG\"}], \"key\": \"a\"} | a\"; DROP SCHEMA sluice",
        "door_bad | {\"fields\": [{\"name\": \"a\", \"type\": \"NUMERIC\"}], \"key\": \"a\"} | fields[0].type",
        "door_bad | {\"fields\": [{\"name\": \"a\", \"type\": \"LONG\"}]} | key",
        "door_bad | {\"fields\": [{\"name\": \"a\", \"type\": \"LONG\"}], \"key\": \"b\"} | key",
        "door_bad | {\"fields\": [{\"name\": \"a\", \"type\": \"LONG\", \"nullable\": true}], \"key\": \"a\"} | key",
        "door_bad | {\"fields\": [{\"name\": \"a\", \"type\": \"LONG\"}], \"key\": [\"a\", \"a\"]} | key",
        "door_bad | {\"fields\": [], \"key\": \"a\", \"keys\": \"b\"} | keys",
      })
  void aDefinitionThatNeedsQuotesOrHasNoKeyIsRefused(String name, String body, String field) {
    HttpResponse<String> answer = put("/v1/tables/" + name, body);

    refused(answer, 400, "TABLE_INVALID");
    assertThat(JSON.readTree(answer.body()).path("field").stringValue()).isEqualTo(field);
  }

  @Test
  void streamsViewsAndTablesShareTheirNames() {
    String stream =
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "ts", "type": "TIMESTAMP"}],
         "key": "device", "time": "ts"}
        """;
    put("/v1/streams/door_named_stream", stream);
    put("/v1/tables/door_named_table", DEVICES);

    refused(put("/v1/tables/door_named_stream", DEVICES), 409, "NAME_TAKEN");
    refused(put("/v1/streams/door_named_table", stream), 409, "NAME_TAKEN");
    refused(
        put("/v1/views/door_named_table", "{\"sql\": \"SELECT ts FROM door_named_stream\"}"),
        409,
        "NAME_TAKEN");
    refused(put("/v1/streams/door_named_table/watermark", ""), 405, "METHOD_NOT_ALLOWED");
  }

  @Test
  void nullableFieldsMayBeAddedAndNothingElseMayChange() {
    put("/v1/tables/door_grown", DEVICES);
    put("/v1/tables/door_grown/rows", "[{\"device\": \"a\"}]");
    String more = ", {\"name\": \"owner\", \"type\": \"STRING\", \"nullable\": true}]";

    HttpResponse<String> grown = put("/v1/tables/door_grown", DEVICES.replace("]", more));

    assertThat(grown.statusCode()).as(grown.body()).isEqualTo(200);
    put("/v1/tables/door_grown/rows", "[{\"device\": \"b\", \"owner\": \"o\"}]");
    assertThat(rows("door_grown")).contains("\"owner\":null", "\"owner\":\"o\"");
    HttpResponse<String> refused = put("/v1/tables/door_grown", DEVICES);
    refused(refused, 409, "TABLE_INCOMPATIBLE");
    assertThat(JSON.readTree(refused.body()).path("reasons").propertyNames())
        .containsExactly("owner");
    refused(
        put(
            "/v1/tables/door_grown",
            DEVICES.replace("]", more).replace(", \"nullable\": true}]", "}]")),
        409,
        "TABLE_INCOMPATIBLE");
    refused(
        put(
            "/v1/tables/door_grown",
            DEVICES.replace("]", more).replace("\"LONG\", \"nullable\": true", "\"STRING\"")),
        409,
        "TABLE_INCOMPATIBLE");
  }

  @Test
  void anySqlClientMayWriteItsRows() throws SQLException {
    put("/v1/tables/door_sql", DEVICES);
    URI url = URI.create(TestServers.postgres());
    String[] user = url.getUserInfo().split(":", 2);
    try (Connection client =
            DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
                user[0],
                user[1]);
        Statement statement = client.createStatement()) {
      statement.execute(
          "INSERT INTO tables.door_sql (device, installed)"
              + " VALUES ('a', '2026-01-02 03:04:05.6789+02')");
    }

    assertThat(JSON.readTree(rows("door_sql")).get(0).path("installed").stringValue())
        .isEqualTo("2026-01-02T01:04:05.679Z");
    JsonNode status = JSON.readTree(get("/v1/tables/door_sql").body()).path("status");
    assertThat(status.path("rows").longValue()).isEqualTo(1);
    assertThat(status.path("bytes").longValue()).isPositive();
  }

  @Test
  void aStreamIsJoinedWithATableAndTheStatusTellsOfTheCopy() {
    GATEWAY.declare(
        "door_joined_events",
        """
        {"fields": [{"name": "seq", "type": "LONG"}, {"name": "device", "type": "STRING"}]}
        """);
    GATEWAY.store(
        "door_joined_events",
        List.of("{\"seq\": 1, \"device\": \"a\"}", "{\"seq\": 2, \"device\": \"b\"}"));
    put("/v1/tables/door_joined", DEVICES);
    put("/v1/tables/door_joined/rows", "[{\"device\": \"a\", \"site\": \"depot\"}]");
    assertThat(status("door_joined").path("copy").isNull()).isTrue();
    String join =
        "SELECT e.seq, d.site FROM door_joined_events e JOIN door_joined d ON e.device = d.device";

    HttpResponse<String> answer =
        Http.get(GATEWAY.query(join, "from=earliest", "to=now"), "Accept", "application/json");

    assertThat(JSON.readTree(answer.body()).path("rows").toString()).isEqualTo("[[1,\"depot\"]]");
    assertThat(Http.get(GATEWAY.query("EXPLAIN " + join)).body())
        .contains("{\"step\":\"join\",\"detail\":\"door_joined on [device]\"}");
    try (Http.Connection listening = GATEWAY.ask(join)) {
      listening.readUntil("200 OK");
      JsonNode copy = status("door_joined").path("copy");
      assertThat(copy.path("rows").intValue()).isEqualTo(1);
      assertThat(copy.path("current").booleanValue()).isTrue();
    }
  }

  private static JsonNode status(String table) {
    return JSON.readTree(get("/v1/tables/" + table).body()).path("status");
  }

  private static String rows(String table) {
    return JSON.readTree(get("/v1/tables/" + table + "/rows").body()).path("rows").toString();
  }

  private static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).path("code").stringValue()).isEqualTo(code);
  }

  private static HttpResponse<String> get(String path) {
    return Http.get(GATEWAY.http(path));
  }

  private static HttpResponse<String> put(String path, String body) {
    return send("PUT", path, body);
  }

  private static HttpResponse<String> delete(String path) {
    return Http.send("DELETE", GATEWAY.http(path), "");
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return Http.send(method, GATEWAY.http(path), body, "Content-Type", "application/json");
  }
}
