package dev.sluice.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import tools.jackson.databind.json.JsonMapper;

/** What tests ask of the views' door, and the stream that their views are of. */
final class AskedOfViews {
  static final RunningGateway GATEWAY = RunningGateway.shared();
  static final JsonMapper JSON = JsonMapper.builder().build();
  static final String BY_DEVICE =
      "SELECT device, COUNT(*) AS n FROM viewed GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device";

  private AskedOfViews() {}

  static void stream(String name, String more) {
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

  static HttpResponse<String> define(String name, String sql) {
    return send("PUT", "/v1/views/" + name, "{\"sql\": " + JSON.writeValueAsString(sql) + "}");
  }

  static HttpResponse<String> send(String method, String path, String body) {
    return Http.send(method, GATEWAY.http(path), body, "Content-Type", "application/json");
  }

  static HttpResponse<String> get(String path) {
    return Http.get(GATEWAY.http(path));
  }

  static HttpResponse<String> delete(String path) {
    return Http.send("DELETE", GATEWAY.http(path), "");
  }

  static void refused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"" + code + "\"");
  }
}
