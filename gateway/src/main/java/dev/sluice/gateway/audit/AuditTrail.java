package dev.sluice.gateway.audit;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.gateway.own.OwnStreams;
import dev.sluice.gateway.own.OwnWriter;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/** Hands on what was changed: after each change, and now and then what others could not. */
@Component
class AuditTrail implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration APPENDING = Duration.ofSeconds(10);

  private final Catalog catalog;
  private final OwnWriter writer;
  private final Disposable.Swap handingOn = Disposables.swap();
  private volatile boolean running;

  /** Says that something was changed; one such word stands for all. */
  private final Sinks.Many<Long> changed =
      Sinks.many().unicast().onBackpressureBuffer(Queues.<Long>one().get());

  AuditTrail(Catalog catalog, @Qualifier(OwnStreams.AUDIT) OwnWriter writer) {
    this.catalog = catalog;
    this.writer = writer;
    catalog.onChange(name -> changed.tryEmitNext(0L));
  }

  @Override
  public void start() {
    running = true;
    handingOn.update(
        Flux.merge(1, changed.asFlux(), Flux.interval(EVERY).onBackpressureDrop())
            .concatMap(any -> handOn(), 1)
            .subscribe());
  }

  /** What cannot be told now stays where it is. */
  private Mono<Void> handOn() {
    return catalog
        .audit()
        .handOn(
            records ->
                writer.append(records.stream().map(AuditEvents::of).toList()).timeout(APPENDING))
        .doOnError(failure -> LOG.warn("changes are not told yet cause=\"{}\"", failure.toString()))
        .onErrorComplete();
  }

  @Override
  public void stop() {
    running = false;
    handingOn.dispose();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the stream was declared, before the server. */
  @Override
  public int getPhase() {
    return 1;
  }
}
