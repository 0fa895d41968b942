package dev.sluice.gateway.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams of notes: who, which one, what it says. */
final class Notes {
  static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final JsonMapper JSON = JsonMapper.shared();

  private Notes() {}

  static void declare(String stream) {
    String definition =
        """
        {"fields": [{"name": "who", "type": "STRING"}, {"name": "n", "type": "LONG"},
                    {"name": "says", "type": "STRING", "nullable": true}],
         "key": "who", "partitions": 2}
        """;
    assertThat(
            Http.send(
                    "PUT",
                    GATEWAY.http("/v1/streams/" + stream),
                    definition,
                    "Content-Type",
                    "application/json")
                .statusCode())
        .isEqualTo(201);
  }

  static void send(String stream, String frame) {
    assertThat(
            Http.send(
                    "POST",
                    GATEWAY.http("/v1/streams/" + stream + "/events"),
                    frame,
                    "Content-Type",
                    "application/json")
                .body())
        .contains("\"rejected\":[]");
  }

  /** The address of a query of everything that is there now. */
  static URI past(String sql) {
    return URI.create(live(sql) + "&from=earliest&to=now");
  }

  /** The address of a query of what comes from now on. */
  static URI live(String sql) {
    return GATEWAY.http("/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8));
  }

  /** The rows of a bounded query, each an array. */
  static JsonNode rows(String sql) {
    return JSON.readTree(Http.get(past(sql), "Accept", "application/json").body()).path("rows");
  }
}
