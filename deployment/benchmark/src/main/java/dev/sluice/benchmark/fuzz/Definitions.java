package dev.sluice.benchmark.fuzz;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Definitions, and what else changes the catalog, under a few names of their own. */
final class Definitions implements Door {
  private static final List<String> KINDS = List.of("streams", "views", "tables");
  private static final List<String> NAMES =
      List.of(
          "fuzz_a",
          "fuzz_b",
          "fuzz_c",
          "fuzz-d",
          "FuzzE",
          "select",
          "%22",
          "%2e%2e",
          "a%2Fb",
          "_",
          "%00",
          "x".repeat(300));
  private static final List<String> PATHS =
      List.of(
          "/v1/views/fuzz_a/rebuild",
          "/v1/views/fuzz_a/rebuild?keep=x",
          "/v1/views/fuzz_a/build",
          "/v1/streams/fuzzed/watermark",
          "/v1/streams/fuzz_a/watermark",
          "/v1/tables/fuzzed_sites/rows",
          "/v1/queries/x",
          "/v1/streams/fuzzed/dead-letters",
          "/v1/streams/fuzzed/dead-letters/replay",
          "/v1/tickets",
          "/v1/devices",
          "/schemas/ids/1",
          "/subjects/x/versions/latest",
          "/actuator/env",
          "/docs/..%2f..%2fpom.xml",
          "/assets/%2e%2e/index.html",
          "/v1/%E0%A4%AF");

  private final Http http;

  Definitions(Http http) {
    this.http = http;
  }

  @Override
  public Answer send(Mutator mutator) throws Exception {
    String kind = mutator.one(KINDS);
    JsonNode valid =
        switch (kind) {
          case "streams" -> Valid.DEFINITION;
          case "views" -> Valid.VIEW;
          default -> Valid.TABLE_DEFINITION;
        };
    byte[] body = mutator.json(valid);
    boolean other = mutator.oneIn(2);
    String path = other ? mutator.one(PATHS) : "/v1/" + kind + "/" + mutator.one(NAMES);
    String method =
        other
            ? mutator.one(List.of("POST", "POST", "PUT", "GET", "DELETE", "PATCH", "OPTIONS"))
            : mutator.one(List.of("PUT", "PUT", "PUT", "GET", "DELETE"));
    HttpRequest request =
        http.to(path)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .method(method, BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, Answer.text(body));
  }

  /** Has the stream and the table that all inputs are about be there, and be empty. */
  static void declareAnew(Http http) throws Exception {
    deleteAll(http);
    delete(http, "tables", Valid.TABLE);
    delete(http, "streams", Valid.STREAM);
    http.put("/v1/streams/" + Valid.STREAM, Valid.DEFINITION);
    http.put("/v1/tables/" + Valid.TABLE, Valid.TABLE_DEFINITION);
  }

  /** Makes one of each, so that the connections and threads that they take are there. */
  static void defineAndDelete(Http http) throws Exception {
    deleteAll(http);
    put(http, "streams", Valid.DEFINITION);
    put(http, "tables", Valid.TABLE_DEFINITION);
    put(http, "views", Valid.VIEW);
    deleteAll(http);
  }

  private static void put(Http http, String kind, JsonNode definition) throws Exception {
    http.put("/v1/" + kind + "/" + NAMES.get(KINDS.indexOf(kind)), definition);
  }

  /** Deletes whatever came to be. Views first: they read streams. */
  static void deleteAll(Http http) throws Exception {
    for (String kind : List.of("views", "tables", "streams")) {
      for (String name : NAMES) {
        delete(http, kind, name);
      }
    }
  }

  private static void delete(Http http, String kind, String name) throws Exception {
    http.send(http.to("/v1/" + kind + "/" + name).DELETE().build(), "");
  }
}
