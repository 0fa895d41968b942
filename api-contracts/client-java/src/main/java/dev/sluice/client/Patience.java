package dev.sluice.client;

import io.rsocket.RSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The attempts of one device, or of one who asks: how long they go on, and what came of the last.
 * Begins when it is made. Attempts follow one another, on whatever thread.
 */
final class Patience {
  private static final int UNAUTHORIZED = 401;

  private final Line line;
  private final boolean asksForTokens;
  private final DeviceOptions.Backoff backoff;
  private final @Nullable Duration giveUpAfter;
  private final Consumer<SluiceException> onRetry;
  private final Scheduler scheduler;

  /**
   * Since when there is no gateway, on the scheduler's clock: that of connections on which nothing
   * was heard is left out, for a load balancer, or a gateway that refuses, lets itself be connected
   * to for ever.
   */
  private volatile long alone;

  private volatile long opened;
  private volatile boolean heard;

  /** Whether a token was refused, and nothing has come since. */
  private volatile boolean tokenRefused;

  Patience(
      Line line,
      boolean asksForTokens,
      DeviceOptions.Backoff backoff,
      @Nullable Duration giveUpAfter,
      Consumer<SluiceException> onRetry,
      Scheduler scheduler) {
    this.line = line;
    this.asksForTokens = asksForTokens;
    this.backoff = backoff;
    this.giveUpAfter = giveUpAfter;
    this.onRetry = onRetry;
    this.scheduler = scheduler;
    this.alone = now();
  }

  /** Connects at each subscription. */
  Mono<RSocket> connect() {
    return line.connect()
        .doOnNext(
            connection -> {
              opened = now();
              heard = false;
            });
  }

  /** The gateway takes what it is told. */
  void heard() {
    heard = true;
    tokenRefused = false;
  }

  /** A connection that was open is not any more. */
  void lost() {
    long now = now();
    alone = heard ? now : alone + (now - opened);
  }

  /** After what does not last: with backoff and jitter, which an element sets back. */
  Retry retry() {
    return Retry.backoff(Long.MAX_VALUE, backoff.least())
        .maxBackoff(backoff.most())
        .jitter(backoff.jitter())
        .transientErrors(true)
        .scheduler(scheduler)
        .filter(this::isWorthAnotherAttempt)
        .doBeforeRetry(again -> onRetry.accept(line.ending(again.failure())));
  }

  private boolean isWorthAnotherAttempt(Throwable failure) {
    if (failure instanceof SluiceException refused) {
      boolean expired = asksForTokens && refused.status() == UNAUTHORIZED && !tokenRefused;
      tokenRefused |= expired;
      return expired;
    }
    return giveUpAfter == null || now() - alone < giveUpAfter.toNanos();
  }

  private long now() {
    return scheduler.now(TimeUnit.NANOSECONDS);
  }
}
