package dev.sluice.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The gateway's HTTP door. */
final class Http {
  static final String NDJSON = "application/x-ndjson";
  static final String SSE = "text/event-stream";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();
  private final String base;

  Http(String base) {
    this.base = base;
  }

  /** Declares one of our streams. */
  void declare(String stream) throws IOException, InterruptedException {
    declare(stream, Readings.STREAM);
  }

  void declare(String stream, String definition) throws IOException, InterruptedException {
    put("/v1/streams/" + stream, definition);
  }

  /** Defines a view that has no table. */
  void define(String view, String sql) throws IOException, InterruptedException {
    put("/v1/views/" + view, "{\"table\": false, \"sql\": \"" + sql + "\"}");
  }

  /** Defines a view that PostgreSQL has too. */
  void defineWithTable(String view, String sql) throws IOException, InterruptedException {
    put("/v1/views/" + view, "{\"sql\": \"" + sql + "\"}");
  }

  private void put(String path, String definition) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(definition))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 201) {
      throw new IOException("PUT " + path + ": " + response.statusCode() + response.body());
    }
  }

  /** Deletes a view. */
  void drop(String view) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + "/v1/views/" + view))
                .timeout(LIMIT)
                .DELETE()
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 204) {
      throw new IOException("DELETE " + view + ": " + response.statusCode() + response.body());
    }
  }

  /** Sends one frame, which must be stored whole. */
  void send(String stream, byte[] frame) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + "/v1/streams/" + stream + "/events"))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(frame))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200 || !response.body().contains("\"rejected\":[]")) {
      throw new IOException("POST to " + stream + ": " + response.statusCode() + response.body());
    }
  }

  /** States a watermark, ms of the epoch, in every partition of a stream. */
  void state(String stream, long watermark) throws IOException, InterruptedException {
    String path = "/v1/streams/" + stream + "/watermark";
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"watermark\": \"" + Instant.ofEpochMilli(watermark) + "\"}"))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("POST " + path + ": " + response.statusCode() + response.body());
    }
  }

  /** Asks for server-sent events, and hands on the answer's lines as they come, until cancelled. */
  CompletableFuture<HttpResponse<Void>> follow(
      Map<String, String> parameters, Flow.Subscriber<String> lines) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v1/query?" + query(parameters)))
            .header("Accept", SSE)
            .build();
    return client
        .sendAsync(
            request,
            answer ->
                answer.statusCode() == 200
                    ? HttpResponse.BodySubscribers.fromLineSubscriber(lines)
                    : refused(answer.statusCode(), lines))
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                lines.onError(failure);
              }
            });
  }

  private static HttpResponse.BodySubscriber<Void> refused(
      int status, Flow.Subscriber<String> lines) {
    return HttpResponse.BodySubscribers.mapping(
        HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8),
        body -> {
          lines.onError(new IOException("query: " + status + " " + body));
          return null;
        });
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /**
   * Asks, and returns the answer as it comes.
   *
   * @param limit after which the answer is cut off
   */
  InputStream ask(Duration limit, String accept, Map<String, String> parameters)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(URI.create(base + "/v1/query?" + query(parameters)))
                .timeout(LIMIT)
                .header("Accept", accept)
                .build(),
            BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      try (InputStream body = response.body()) {
        throw new IOException(
            "query: "
                + response.statusCode()
                + new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    InputStream body = response.body();
    CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() -> close(body));
    return body;
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
