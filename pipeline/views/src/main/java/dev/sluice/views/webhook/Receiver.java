package dev.sluice.views.webhook;

import dev.sluice.model.view.Webhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Who is told of a view's rows. Any thread. */
final class Receiver {
  /** For who has no reason to try again sooner or later. */
  static final Duration FIRST_BACKOFF = Duration.ofMillis(500);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

  /** With their time-outs and what is between them: below four minutes. */
  private static final int RETRIES = 8;

  private final HttpClient client =
      HttpClient.newBuilder()
          // By default every request to http would offer to go on in HTTP/2, which some trip over.
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  private final URI url;
  private final byte[] key;
  private final Clock clock;
  private final Retry retries;
  private volatile @Nullable String failing;

  /**
   * @param webhook that is complete
   * @param firstBackoff after the first attempt; then twice as long after each, with jitter
   */
  Receiver(Webhook webhook, Clock clock, Duration firstBackoff) {
    this.url = URI.create(webhook.url());
    this.key = webhook.key();
    this.clock = clock;
    this.retries =
        Retry.backoff(RETRIES, firstBackoff)
            .maxBackoff(LONGEST_BACKOFF)
            .jitter(0.5)
            .doBeforeRetry(signal -> failing = why(signal.failure()));
  }

  /** Why it has not taken what it was sent last; null if it has. */
  @Nullable String failing() {
    return failing;
  }

  /** It has said something else than that it took it. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String said;

    Refused(int status) {
      super(null, null, false, false);
      said = "the receiver answered " + status;
    }
  }

  /**
   * Sends until it is taken, by a status of 200 to 299, or given up.
   *
   * @return empty if it was taken; else why it was not, the last time
   */
  Mono<Optional<String>> take(Message message) {
    return Mono.defer(() -> Mono.fromFuture(client.sendAsync(request(message), discarding())))
        .flatMap(Receiver::requireTaken)
        .retryWhen(retries)
        .doOnSuccess(taken -> failing = null)
        .thenReturn(Optional.<String>empty())
        .onErrorResume(
            Exceptions::isRetryExhausted, given -> Mono.just(Optional.of(why(given.getCause()))));
  }

  private static HttpResponse.BodyHandler<Void> discarding() {
    return BodyHandlers.discarding();
  }

  private HttpRequest request(Message message) {
    long seconds = clock.instant().getEpochSecond();
    return HttpRequest.newBuilder(url)
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .header("User-Agent", "Sluice")
        .header("webhook-id", message.id())
        .header("webhook-timestamp", Long.toString(seconds))
        .header("webhook-signature", message.signature(key, seconds))
        .POST(BodyPublishers.ofByteArray(message.body()))
        .build();
  }

  private static Mono<Void> requireTaken(HttpResponse<Void> response) {
    int status = response.statusCode();
    return status / 100 == 2 ? Mono.empty() : Mono.error(new Refused(status));
  }

  private static String why(@Nullable Throwable last) {
    return last instanceof Refused refused ? refused.said : String.valueOf(last);
  }
}
