package dev.sluice.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import dev.sluice.model.avro.AvroWriter;
import dev.sluice.model.avro.EventRow;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows in a view's topic, as its pipeline writes them, read by their name. */
class ViewRowsTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long NOON = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();

  @BeforeAll
  static void declare() {
    put(
        "/v1/streams/rows_of",
        "{\"fields\": [{\"name\": \"device\", \"type\": \"STRING\"},"
            + " {\"name\": \"ts\", \"type\": \"TIMESTAMP\"}], \"time\": \"ts\"}");
  }

  @Test
  void aRowIsInTheWindowThatItsOwnWindowEndsIn() {
    define(
        "rows_counted",
        "SELECT device, COUNT(*) AS n FROM rows_of GROUP BY TUMBLE(ts, INTERVAL '30' SECOND),"
            + " device");
    CatalogStream view = requireNonNull(GATEWAY.bean(Catalog.class).find("rows_counted"));
    append(window(view, NOON, "a", 1));
    append(window(view, NOON + 30_000, "a", 2));
    append(window(view, NOON + 60_000, "a", 4));
    punctuate(view, NOON + 90_000);

    assertThat(rows("SELECT device, n, _key FROM rows_counted"))
        .containsExactly("[\"a\",1,\"a\"]", "[\"a\",2,\"a\"]", "[\"a\",4,\"a\"]");
    // The window that ends with the minute is in the minute: its rows are of 1 ms before.
    assertThat(
            rows(
                "SELECT SUM(n) AS s FROM rows_counted"
                    + " GROUP BY TUMBLE(window_end, INTERVAL '1' MINUTE)"))
        .containsExactly("[\"2026-11-20T12:00:00.000Z\",\"2026-11-20T12:01:00.000Z\",3]");
    assertThat(
            rows(
                "SELECT w.n FROM (SELECT n, window_end FROM rows_counted WHERE n > 1) AS w"
                    + " WHERE window_end > TIMESTAMP '2026-11-20 12:01:00'"))
        .containsExactly("[4]");
  }

  @Test
  void whatARunningTotalTookBackIsNoRow() {
    define("rows_total", "SELECT device, COUNT(*) AS n FROM rows_of GROUP BY device");
    CatalogStream view = requireNonNull(GATEWAY.bean(Catalog.class).find("rows_total"));
    EventRow row = new EventRow(2);
    row.setText(0, "a".getBytes(UTF_8), 0, 1);
    row.setLong(1, 7);
    append(record(view, NOON, "a", row));
    append(
        new LogRecord(view.definition().topic(), 0, NOON + 1, "a".getBytes(UTF_8), null, Map.of()));

    JsonNode answer = past("SELECT device, n FROM rows_total");

    assertThat(rows(answer)).containsExactly("[\"a\",7]");
    assertThat(answer.path("accounting").path("undecodable").longValue()).isEqualTo(1);
    assertThat(answer.path("accounting").path("counted").longValue()).isEqualTo(1);
  }

  private static LogRecord window(CatalogStream view, long start, String device, long n) {
    byte[] text = device.getBytes(UTF_8);
    EventRow row = new EventRow(4);
    row.setLong(0, start);
    row.setLong(1, start + 30_000);
    row.setText(2, text, 0, text.length);
    row.setLong(3, n);
    return record(view, start + 29_999, device, row);
  }

  private static LogRecord record(CatalogStream view, long time, String key, EventRow row) {
    byte[] value = new AvroWriter(view.definition(), view.schemaId()).write(row, time);
    return new LogRecord(view.definition().topic(), 0, time, key.getBytes(UTF_8), value, Map.of());
  }

  private static void punctuate(CatalogStream view, long watermark) {
    IntStream.range(0, view.definition().storage().partitions())
        .forEach(p -> append(Punctuation.record(view.definition().topic(), p, watermark)));
  }

  private static void append(LogRecord record) {
    GATEWAY.bean(EventLog.class).append(List.of(record)).block(SOON);
  }

  private static void define(String view, String sql) {
    // Without a table: the rows are those of the topic.
    put("/v1/views/" + view, "{\"sql\": " + JSON.writeValueAsString(sql) + ", \"table\": false}");
  }

  private static void put(String path, String body) {
    HttpResponse<String> answer =
        Http.send("PUT", GATEWAY.http(path), body, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static JsonNode past(String sql) {
    HttpResponse<String> answer =
        Http.get(GATEWAY.query(sql, "from=earliest", "to=now"), "Accept", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static List<String> rows(String sql) {
    return rows(past(sql));
  }

  private static List<String> rows(JsonNode answer) {
    return answer.path("rows").valueStream().map(JsonNode::toString).sorted().toList();
  }
}
