package dev.sluice.fleet;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
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
  static Mono<Void> ensure(FleetOptions options) {
    Path tokenFile = options.access().tokenFile();
    Mono<String> token = tokenFile == null ? Mono.just("") : token(tokenFile);
    return token
        .flatMap(bearer -> ensure(client(options.access().trusted()), stream(options, bearer)))
        .retryWhen(PATIENCE);
  }

  /** The token in a file, as it is now. */
  static Mono<String> token(Path file) {
    return Mono.fromCallable(() -> Files.readString(file).strip())
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static HttpRequest.Builder stream(FleetOptions options, String token) {
    HttpRequest.Builder stream =
        HttpRequest.newBuilder(options.http().resolve("/v1/streams/" + NAME))
            .timeout(ANSWER_WITHIN);
    return token.isEmpty() ? stream : stream.header("Authorization", "Bearer " + token);
  }

  private static HttpClient client(@Nullable Path trusted) {
    HttpClient.Builder client = HttpClient.newBuilder();
    if (trusted != null) {
      client.sslContext(Trust.in(trusted));
    }
    return client.build();
  }

  private static Mono<Void> ensure(HttpClient http, HttpRequest.Builder stream) {
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
