package dev.sluice.gateway.presence;

import dev.sluice.engine.catalog.GatewayLeases;
import dev.sluice.engine.catalog.GatewayLeases.Gateway;
import dev.sluice.engine.catalog.GatewayLeases.Renewed;
import dev.sluice.gateway.own.OwnWriter;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Says again and again that this gateway is there, and what devices it has if there are others to
 * hear it; and tells what gateways that are gone could not.
 *
 * <p>While PostgreSQL is away all leases run out. So only a gateway that could renew its own for as
 * long as a lease lasts takes another one to be gone.
 */
final class Lease implements SmartLifecycle, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
  private static final int RENEWALS = 6;
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  private final Gateway gateway;
  private final Duration lease;
  private final GatewayLeases leases;
  private final Presence presence;
  private final SharedDevices shared;
  private final LostDevices lost;
  private final OwnWriter writer;
  private final LongSupplier nanoTime;
  private final Disposable.Swap renewing = Disposables.swap();
  private volatile boolean running;

  /** Whether it was renewed before, and since when it could be without a failure. */
  private volatile boolean known;

  private volatile long workingSince;

  Lease(
      Gateway gateway,
      Duration lease,
      GatewayLeases leases,
      Presence presence,
      SharedDevices shared,
      LostDevices lost,
      OwnWriter writer,
      LongSupplier nanoTime) {
    this.gateway = gateway;
    this.lease = lease;
    this.leases = leases;
    this.presence = presence;
    this.shared = shared;
    this.lost = lost;
    this.writer = writer;
    this.nanoTime = nanoTime;
  }

  @Override
  public void start() {
    running = true;
    workingSince = nanoTime.getAsLong();
    renewing.update(
        Flux.interval(Duration.ZERO, lease.dividedBy(RENEWALS))
            .onBackpressureDrop()
            .concatMap(tick -> renew(), 1)
            .subscribe());
  }

  private Mono<Void> renew() {
    return leases
        .renew(gateway, lease)
        .doOnNext(this::tellAgainIfForgotten)
        .filter(renewed -> renewed.others() > 0)
        .flatMap(renewed -> leases.tell(gateway.name(), shared.encoded(presence.here())))
        .then(Mono.defer(this::buryOthers))
        .doOnError(this::failed)
        .onErrorComplete();
  }

  private void tellAgainIfForgotten(Renewed renewed) {
    if (renewed.isNew() && known) {
      LOG.warn("others took this gateway to be gone: says again which devices it has");
      presence.tellAgain();
    }
    known = true;
  }

  private Mono<Void> buryOthers() {
    return nanoTime.getAsLong() - workingSince < lease.toNanos()
        ? Mono.empty()
        : leases.bury(lost::tell).then();
  }

  private void failed(Throwable failure) {
    workingSince = nanoTime.getAsLong();
    LOG.warn("cannot renew the gateway's lease cause=\"{}\"", failure.toString());
  }

  @Override
  public void stop() {
    running = false;
    renewing.dispose();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the streams were declared, before the server. */
  @Override
  public int getPhase() {
    return 1;
  }

  /** Tells the last that there is to tell, and that there is no more: else others would. */
  @Override
  public void close() {
    renewing.dispose();
    presence.leaveAll();
    if (!writer.finish()) {
      return;
    }
    try {
      leases.end(gateway.name()).toFuture().get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the gateway's lease runs out by itself cause=\"{}\"", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
