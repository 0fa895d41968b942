package dev.sluice.gateway.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.Http.Connection;
import dev.sluice.gateway.RunningGateway;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.BitSet;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An answer many times larger than all that lies between the log and the client, read more slowly
 * than it could be sent.
 */
class SlowReaderTest {
  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STREAM = "slowly_read";

  /** Bytes. Of less than the loopback's segments, the kernel makes pauses of its own. */
  private static final int RECEIVE_BUFFER = 128 << 10;

  private static final int EVENTS = 20_000;
  private static final int FRAME = 1_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int LINES_BETWEEN_PAUSES = 50;

  @BeforeAll
  static void fill() {
    Http.send(
        "PUT",
        GATEWAY.http("/v1/streams/" + STREAM),
        """
        {"fields": [{"name": "device", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "ts", "type": "TIMESTAMP"}, {"name": "text", "type": "STRING"}],
         "key": "device", "time": "ts", "historical": true, "partitions": 3}
        """,
        "Content-Type",
        "application/json");
    Instant begin = Instant.parse("2015-01-01T00:00:00Z");
    String text = "x".repeat(500);
    for (int first = 0; first < EVENTS; first += FRAME) {
      String frame =
          IntStream.range(first, first + FRAME)
              .mapToObj(
                  n ->
                      "{\"device\":\"d%d\",\"n\":%d,\"ts\":\"%s\",\"text\":\"%s\"}"
                          .formatted(n % 7, n, begin.plusMillis(n), text))
              .collect(Collectors.joining(",", "[", "]"));
      String ack =
          Http.send(
                  "POST",
                  GATEWAY.http("/v1/streams/" + STREAM + "/events"),
                  frame,
                  "Content-Type",
                  "application/json")
              .body();
      assertThat(ack).contains("\"accepted\":" + FRAME);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/x-ndjson, HTTP/1.1",
    "application/x-ndjson, HTTP/1.0",
    "text/event-stream, HTTP/1.1"
  })
  void everyRowAndTheEndArriveHoweverSlowlyTheyAreRead(String accept, String version) {
    String sql =
        URLEncoder.encode(
            "SELECT n, ts, text FROM " + STREAM + " WHERE n >= 0", StandardCharsets.UTF_8);
    BitSet seen = new BitSet(EVENTS);
    JsonNode last = JSON.nullNode();
    try (Connection connection =
        Http.open(
            GATEWAY.http(),
            RECEIVE_BUFFER,
            "GET /v1/query?from=earliest&to=now&sql=" + sql + " " + version,
            "Host: localhost",
            "Accept: " + accept,
            "Connection: close")) {
      Iterator<String> lines = connection.lines().iterator();
      String name = "";
      for (int read = 0; lines.hasNext(); read++) {
        String line = lines.next();
        if (read % LINES_BETWEEN_PAUSES == 0) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (line.startsWith("event: ")) {
          name = line.substring("event: ".length());
          continue;
        } else if (line.startsWith("data: ")) {
          last = JSON.createObjectNode().set(name, JSON.readTree(line.substring(6)));
        } else if (line.startsWith("{")) {
          last = JSON.readTree(line);
        } else {
          continue;
        }
        assertThat(last.propertyNames()).isSubsetOf("row", "watermark", "end", "id");
        if (last.has("row")) {
          int n = last.path("row").path("n").asInt();
          assertThat(seen.get(n)).as("row %s comes twice", n).isFalse();
          seen.set(n);
        }
      }
    }
    assertThat(seen.cardinality()).isEqualTo(EVENTS);
    assertThat(last.path("end").path("accounting").path("counted").asInt()).isEqualTo(EVENTS);
  }
}
