package dev.sluice.gateway.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.Http;
import dev.sluice.gateway.RunningGateway;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway's flow as one document tells it. */
record Looker(RunningGateway gateway) {
  JsonNode look() {
    HttpResponse<String> answer = Http.get(gateway.http("/v1/flow"), "Accept", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body());
  }

  /** A hop of a document; missing if it is not there. */
  static JsonNode hop(JsonNode document, String stage, String name) {
    return named(document, stage, "hops", name);
  }

  static JsonNode buffer(JsonNode document, String stage, String name) {
    return named(document, stage, "buffers", name);
  }

  private static JsonNode named(JsonNode document, String stage, String what, String name) {
    for (JsonNode one : document.path("stages")) {
      if (one.path("stage").stringValue().equals(stage)) {
        for (JsonNode found : one.path(what)) {
          if (found.path("name").stringValue().equals(name)) {
            return found;
          }
        }
      }
    }
    return JsonMapper.shared().missingNode();
  }

  /** Of the query that was asked so; missing if none is shown. */
  static JsonNode query(JsonNode document, String sql) {
    for (JsonNode query : document.path("queries").path("busiest")) {
      if (query.path("sql").stringValue().equals(sql)) {
        return query;
      }
    }
    return JsonMapper.shared().missingNode();
  }
}
