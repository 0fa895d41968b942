package dev.sluice.benchmark.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests that are as they should be. */
final class Valid {
  static final String STREAM = "fuzzed";

  static final JsonNode DEFINITION =
      json(
          """
          {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
            {"name": "ts", "type": "TIMESTAMP"}, {"name": "on", "type": "BOOLEAN", "nullable": true},
            {"name": "temperature", "type": "DOUBLE", "nullable": true}],
           "key": "device", "time": "ts", "id": "seq", "lateness": "PT5S", "partitions": 2}""");

  static final String TABLE = "fuzzed_sites";

  static final JsonNode TABLE_DEFINITION =
      json(
          """
          {"fields": [{"name": "device", "type": "STRING"}, {"name": "site", "type": "STRING"}],
           "key": "device"}""");

  static final JsonNode VIEW =
      json(
          """
          {"sql": "SELECT device, COUNT(*) AS n FROM fuzzed GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
           "late": "count", "table": true, "retention": "P1D"}""");

  static final JsonNode EVENTS =
      json(
          """
          [{"device": "a", "seq": 1, "ts": "2026-01-01T12:00:00.123Z", "on": true, "temperature": 21.5},
           {"device": "b", "seq": 2, "ts": 1767268800200, "on": null, "temperature": -1e-3},
           {"device": "\\u00e9", "seq": 3, "ts": "2026-01-01T12:00:01Z"}]""");

  /** Frames that are no JSON or CBOR by their media types. */
  static final Map<String, byte[]> TEXT_FRAMES =
      Map.of(
          "application/x-ndjson",
          bytes(
              """
              {"device": "a", "seq": 1, "ts": "2026-01-01T12:00:00.123Z", "temperature": 21.5}
              {"device": "b", "seq": 2, "ts": "2026-01-01T12:00:00.200Z"}
              """),
          "text/csv",
          bytes(
              """
              device,seq,ts,on,temperature
              a,1,2026-01-01T12:00:00.123Z,true,21.5
              "b ""quoted"", too",2,1767268800200,,
              """),
          "application/senml+json",
          bytes(
              """
              [{"bn": "urn:dev:ow:10e2073a01080063:", "bt": 1767268800.5, "bu": "Cel", "n": "temp", "v": 23.1},
               {"n": "temp", "t": -5, "v": 22.9}, {"n": "on", "vb": true}]"""),
          "application/cloudevents+json",
          bytes(
              """
              {"specversion": "1.0", "type": "reading", "source": "/devices/a", "id": "A-1",
               "time": "2026-01-01T12:00:00Z", "datacontenttype": "application/json",
               "data": {"device": "a", "seq": 1, "ts": "2026-01-01T12:00:00.123Z"}}"""),
          "application/cloudevents-batch+json",
          bytes(
              """
              [{"specversion": "1.0", "type": "reading", "source": "/devices/a", "id": "A-1",
                "data": {"device": "a", "seq": 1, "ts": "2026-01-01T12:00:00.123Z"}}]"""));

  static final List<String> SQL =
      List.of(
          "SELECT * FROM fuzzed",
          "SELECT device, AVG(temperature) AS avg_t, MAX(temperature) AS max_t, COUNT(*) AS n FROM fuzzed"
              + " WHERE temperature BETWEEN 0 AND 100 GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device"
              + " HAVING COUNT(*) >= 1",
          "SELECT device, SUM(seq) FROM fuzzed GROUP BY HOP(ts, INTERVAL '5' SECOND, INTERVAL '10' SECOND), device",
          "SELECT device, COUNT(*) FROM fuzzed GROUP BY SESSION(ts, INTERVAL '30' SECOND), device",
          "SELECT window_start, COUNT(DISTINCT device) AS devices FROM TABLE(TUMBLE(TABLE fuzzed,"
              + " DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end",
          "SELECT device, FIRST_VALUE(temperature) AS f, LAST_VALUE(temperature) AS l,"
              + " APPROX_PERCENTILE(temperature, 0.9) AS p FROM fuzzed GROUP BY TUMBLE(ts, INTERVAL '1' DAY), device"
              + " ORDER BY p DESC LIMIT 3",
          "SELECT UPPER(device) AS d, CASE WHEN temperature > 20 THEN 'hot' ELSE 'cold' END AS how,"
              + " CAST(seq AS DOUBLE) / 2 AS half FROM fuzzed WHERE device LIKE 'a%' OR \"on\" IS TRUE LIMIT 5",
          "SELECT device, COUNT(*) AS n FROM fuzzed WHERE device IN ('a', 'b') AND temperature IS NOT NULL GROUP BY device",
          "SELECT f.device, s.site FROM fuzzed AS f JOIN fuzzed_sites AS s ON f.device = s.device",
          "SELECT seq FROM (SELECT device, seq, ts FROM fuzzed WHERE seq > 1) AS q WHERE device <> 'c'",
          "SELECT device, seq FROM fuzzed UNION ALL SELECT device, seq FROM fuzzed",
          "EXPLAIN SELECT device FROM fuzzed");

  private Valid() {}

  static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
