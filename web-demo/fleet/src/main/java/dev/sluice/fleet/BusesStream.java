package dev.sluice.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The stream {@code buses}, on the gateway. */
final class BusesStream {
  static final String NAME = "buses";

  static final String DEFINITION =
      """
      {"fields": [{"name": "bus", "type": "STRING"},
                  {"name": "seq", "type": "LONG"},
                  {"name": "ts", "type": "TIMESTAMP"},
                  {"name": "recorded", "type": "TIMESTAMP"},
                  {"name": "route", "type": "STRING", "nullable": true},
                  {"name": "trip", "type": "STRING", "nullable": true},
                  {"name": "headsign", "type": "STRING", "nullable": true},
                  {"name": "speed", "type": "DOUBLE"},
                  {"name": "latitude", "type": "DOUBLE"},
                  {"name": "longitude", "type": "DOUBLE"}],
       "key": "bus", "time": "ts", "id": "seq", "dedupe": "PT15M", "partitions": 6, "retention": "P1D"}
      """;

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Retry PATIENCE =
      Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(200))
          .maxBackoff(Duration.ofSeconds(5))
          .filter(failure -> failure instanceof IOException);

  private BusesStream() {}

  /**
   * Declares the stream if there is none; one that is there is left as it is. Goes on trying while
   * the gateway is not there.
   *
   * @throws IllegalStateException (as the Mono's error) if the gateway refuses
   */
  static Mono<Void> ensure(URI gateway) {
    return Mono.defer(() -> ensure(HttpClient.newHttpClient(), gateway)).retryWhen(PATIENCE);
  }

  private static Mono<Void> ensure(HttpClient http, URI gateway) {
    HttpRequest.Builder stream =
        HttpRequest.newBuilder(gateway.resolve("/v1/streams/" + NAME)).timeout(ANSWER_WITHIN);
    return send(http, stream.copy().GET().build())
        .flatMap(
            found ->
                found.statusCode() == 404
                    ? send(http, declaration(stream)).flatMap(BusesStream::accepted)
                    : accepted(found));
  }

  private static HttpRequest declaration(HttpRequest.Builder stream) {
    return stream
        .copy()
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(DEFINITION))
        .build();
  }

  private static Mono<HttpResponse<String>> send(HttpClient http, HttpRequest request) {
    return Mono.fromFuture(() -> http.sendAsync(request, BodyHandlers.ofString()))
        .onErrorMap(
            CompletionException.class,
            failure -> failure.getCause() == null ? failure : failure.getCause());
  }

  private static Mono<Void> accepted(HttpResponse<String> response) {
    int status = response.statusCode();
    if (status < 300) {
      return Mono.empty();
    }
    String said =
        "the gateway answered " + status + " for " + response.uri() + ": " + response.body();
    return Mono.error(status >= 500 ? new IOException(said) : new IllegalStateException(said));
  }
}
