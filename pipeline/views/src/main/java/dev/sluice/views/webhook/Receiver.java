package dev.sluice.views.webhook;

import dev.sluice.model.view.Webhook;
import dev.sluice.model.view.WebhookReach;
import dev.sluice.views.webhook.WithinReach.OutOfReach;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.timeout.ReadTimeoutException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
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

  /** Of all webhooks; what waits for one is what the deliveries have under way. */
  private static final ConnectionProvider CONNECTIONS =
      ConnectionProvider.builder("sluice-webhooks")
          .maxConnections(16)
          .pendingAcquireMaxCount(1_000)
          .maxIdleTime(TIMEOUT)
          .build();

  private final HttpClient client;
  private final URI url;
  private final byte[] key;
  private final Clock clock;
  private final Retry retries;
  private volatile @Nullable String failing;

  /**
   * @param webhook that is complete
   * @param reach where it may be
   * @param firstBackoff after the first attempt; then twice as long after each, with jitter
   */
  Receiver(Webhook webhook, WebhookReach reach, Clock clock, Duration firstBackoff) {
    this.url = URI.create(webhook.url());
    String host = WebhookReach.host(url);
    this.client =
        HttpClient.create(CONNECTIONS)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
            .responseTimeout(TIMEOUT)
            .followRedirect(false)
            .doOnChannelInit(
                (observer, channel, address) ->
                    channel.pipeline().addFirst(new WithinReach(reach, host)));
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
    return Mono.defer(() -> post(message))
        .timeout(CONNECT_TIMEOUT.plus(TIMEOUT))
        .flatMap(Receiver::requireTaken)
        .retryWhen(retries)
        .doOnSuccess(taken -> failing = null)
        .thenReturn(Optional.<String>empty())
        .onErrorResume(
            Exceptions::isRetryExhausted, given -> Mono.just(Optional.of(why(given.getCause()))));
  }

  /** The status of the answer, whose body is of no interest. */
  private Mono<Integer> post(Message message) {
    long seconds = clock.instant().getEpochSecond();
    return client
        .headers(
            headers ->
                headers
                    .set("Content-Type", "application/json")
                    .set("Content-Length", message.body().length)
                    .set("User-Agent", "Sluice")
                    .set("webhook-id", message.id())
                    .set("webhook-timestamp", Long.toString(seconds))
                    .set("webhook-signature", message.signature(key, seconds)))
        .post()
        .uri(url)
        .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(message.body())))
        .response()
        .map(response -> response.status().code());
  }

  private static Mono<Void> requireTaken(int status) {
    return status / 100 == 2 ? Mono.empty() : Mono.error(new Refused(status));
  }

  private String why(@Nullable Throwable last) {
    if (last instanceof Refused refused) {
      return refused.said;
    }
    if (last instanceof OutOfReach out) {
      return out.said;
    }
    String where = url.getScheme() + "://" + url.getRawAuthority();
    if (last instanceof UnknownHostException) {
      return "%s has no address: %s".formatted(where, last.getMessage());
    }
    if (last instanceof ConnectException) {
      return "%s takes no connection: %s".formatted(where, last.getMessage());
    }
    if (last instanceof ReadTimeoutException || last instanceof TimeoutException) {
      return "%s did not answer within %s".formatted(where, TIMEOUT);
    }
    return "%s could not be told: %s".formatted(where, last);
  }
}
