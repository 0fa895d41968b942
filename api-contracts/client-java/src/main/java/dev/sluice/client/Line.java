package dev.sluice.client;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.core.RSocketConnector;
import io.rsocket.transport.netty.client.TcpClientTransport;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.tcp.TcpClient;

/** The way to a gateway: each connection anew, with whatever token is good then. */
final class Line {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  private static final Duration MOST_SILENCE = Duration.ofSeconds(30);

  private final String address;
  private final TcpClientTransport transport;
  private final RSocketConnector connector;
  private final boolean asksForTokens;
  private final DeviceOptions.Backoff backoff;
  private final @Nullable Duration giveUpAfter;
  private final Consumer<SluiceException> onRetry;
  private final Scheduler scheduler;

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

  /** For what begins now. */
  Patience patience() {
    return new Patience(this, asksForTokens, backoff, giveUpAfter, onRetry, scheduler);
  }

  /** Why it is over, in the gateway's own words if there are any. */
  SluiceException ending(Throwable failure) {
    SluiceException said = Wire.said(failure);
    return said != null
        ? said
        : new SluiceException(
            SluiceException.UNREACHABLE,
            "no connection to %s: %s; is a gateway there, and is it its RSocket port?"
                .formatted(address, Objects.requireNonNullElse(failure.getMessage(), failure)),
            0,
            failure);
  }
}
