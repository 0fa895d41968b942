package dev.sluice.gateway.own;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Declares the streams before the first request comes. A gateway whose log is away starts all the
 * same, and declares them when it is back.
 */
final class OwnDeclaration implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(OwnDeclaration.class);
  private static final Duration START_WAITS = Duration.ofSeconds(10);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

  private final Catalog catalog;
  private final List<StreamDefinition> streams;
  private final Disposable.Swap declaring = Disposables.swap();
  private volatile boolean running;

  OwnDeclaration(Catalog catalog, List<StreamDefinition> streams) {
    this.catalog = catalog;
    this.streams = List.copyOf(streams);
  }

  @Override
  public void start() {
    running = true;
    CompletableFuture<Void> declared = new CompletableFuture<>();
    declaring.update(
        declared()
            .subscribe(
                nothing -> {},
                failure -> LOG.error("streams of Sluice's own cannot be declared", failure),
                () -> declared.complete(null)));
    try {
      declared.get(START_WAITS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("streams of Sluice's own are not declared yet: goes on without them until they are");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Mono<Void> declared() {
    return Flux.fromIterable(streams)
        .concatMap(catalog::declareOwn, 1)
        .then()
        .doOnError(failure -> LOG.warn("not declared yet cause=\"{}\"", failure.toString()))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF).maxBackoff(LONGEST_BACKOFF).jitter(0.5));
  }

  @Override
  public void stop() {
    running = false;
    declaring.dispose();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the server. */
  @Override
  public int getPhase() {
    return 0;
  }
}
