package dev.sluice.benchmark.fuzz;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests that are HTTP, whatever is in them. */
final class Http {
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(WITHIN).build();
  private final String base;

  /**
   * @param base address, without a path
   */
  Http(String base) {
    this.base = base;
  }

  /** A request to a path, with its query. */
  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(WITHIN);
  }

  /**
   * Sends it and reads the answer to its end.
   *
   * @param sent what it is, for people
   */
  Answer send(HttpRequest request, String sent) throws InterruptedException, Door.NoAnswer {
    String what = request.method() + " " + request.uri().getRawPath() + " " + sent;
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return Answer.of(
          response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), what);
    } catch (IOException e) {
      throw new Door.NoAnswer(what, e);
    }
  }

  /** Makes what must be there. */
  void put(String path, JsonNode definition) throws InterruptedException, Door.NoAnswer {
    Answer answer =
        send(
            to(path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(definition)))
                .build(),
            "");
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(path + ": " + answer);
    }
  }
}
