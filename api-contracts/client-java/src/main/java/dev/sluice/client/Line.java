package dev.sluice.client;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.exceptions.SetupException;
import io.rsocket.transport.netty.client.TcpClientTransport;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.tcp.TcpClient;
import reactor.util.retry.Retry;

/** The way to a gateway: each connection anew, with whatever token is good then, and patiently. */
final class Line {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final Duration MOST_SILENCE = Duration.ofSeconds(30);
  private static final int UNAUTHORIZED = 401;

  private final String address;
  private final TcpClientTransport transport;
  private final RSocketConnector connector;
  private final boolean asksForTokens;
  private final DeviceOptions.Backoff backoff;
  private final @Nullable Duration giveUpAfter;
  private final Consumer<SluiceException> onRetry;
  private final Scheduler scheduler;
  private volatile long lastConnected;

  /** Whether a token was refused, and nothing has come since. */
  private volatile boolean tokenRefused;

  Line(
      String address,
      TcpClient client,
      @Nullable Supplier<Mono<String>> token,
      DeviceOptions.Backoff backoff,
      @Nullable Duration giveUpAfter,
      Consumer<SluiceException> onRetry,
      Scheduler scheduler) {
    this.address = address;
    this.transport = TcpClientTransport.create(client);
    this.asksForTokens = token != null;
    this.backoff = backoff;
    this.giveUpAfter = giveUpAfter;
    this.onRetry = onRetry;
    this.scheduler = scheduler;
    this.lastConnected = now();
    this.connector =
        RSocketConnector.create()
            .metadataMimeType(Wire.METADATA_MIME)
            .dataMimeType(Wire.DATA_MIME)
            .setupPayload(setup(token))
            .keepAlive(KEEP_ALIVE, MOST_SILENCE);
  }

  private static Mono<Payload> setup(@Nullable Supplier<Mono<String>> token) {
    return token == null ? Mono.fromSupplier(Wire::setup) : Mono.defer(token).map(Wire::setup);
  }

  String address() {
    return address;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  DeviceOptions.Backoff backoff() {
    return backoff;
  }

  /** Connects at each subscription. */
  Mono<RSocket> connect() {
    return connector.connect(transport);
  }

  /** A connection that was open is not any more; one whose set-up is refused never was. */
  void lost(Throwable why) {
    if (!(why instanceof SetupException)) {
      lastConnected = now();
    }
  }

  /** The gateway takes what it is told. */
  void accepted() {
    tokenRefused = false;
  }

  /** After what does not last: with backoff and jitter, which an element sets back. */
  Retry patiently() {
    return Retry.backoff(Long.MAX_VALUE, backoff.least())
        .maxBackoff(backoff.most())
        .jitter(backoff.jitter())
        .transientErrors(true)
        .scheduler(scheduler)
        .filter(this::isWorthAnotherAttempt)
        .doBeforeRetry(again -> onRetry.accept(ending(again.failure())));
  }

  private boolean isWorthAnotherAttempt(Throwable failure) {
    if (failure instanceof SluiceException refused) {
      boolean expired = asksForTokens && refused.status() == UNAUTHORIZED && !tokenRefused;
      tokenRefused |= expired;
      return expired;
    }
    return giveUpAfter == null || now() - lastConnected < giveUpAfter.toNanos();
  }

  /** Why it is over, in the gateway's own words if there are any. */
  SluiceException ending(Throwable failure) {
    SluiceException said = Wire.said(failure);
    return said != null
        ? said
        : new SluiceException(
            SluiceException.UNREACHABLE,
            "no connection to " + address + ": " + failure.getMessage(),
            0,
            failure);
  }

  private long now() {
    return scheduler.now(TimeUnit.NANOSECONDS);
  }
}
