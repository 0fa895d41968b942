package dev.sluice.engine.catalog;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Reads the catalog whenever someone has changed it, and again after every reconnect.
 *
 * <p>Keeps one connection of its own, and reads by it now and then without being told: that a
 * connection has silently gone would otherwise never show.
 */
final class CatalogListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogListener.class);

  /** The catalog is read again at least so often: a sign of life of the connection. */
  private static final Duration SECOND_LOOK = Duration.ofSeconds(5);

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

  private final PostgresqlConnectionFactory connections;
  private final Duration timeout;
  private final Function<Connection, Mono<Void>> reload;
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();
  private final AtomicBoolean listening = new AtomicBoolean();
  private final Disposable.Swap running = Disposables.swap();

  CatalogListener(
      PostgresqlConnectionFactory connections,
      Duration timeout,
      Function<Connection, Mono<Void>> reload) {
    this.connections = connections;
    this.timeout = timeout;
    this.reload = reload;
  }

  /**
   * Starts, and waits on the calling thread until the catalog was read once: also for a database
   * that was there, and has gone meanwhile.
   */
  void start() {
    running.update(untilLost().retryWhen(reconnect()).subscribe());
    try {
      started.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the catalog", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the catalog could not be read", e);
    }
  }

  boolean isListening() {
    return listening.get();
  }

  private Retry reconnect() {
    return Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
        .maxBackoff(LONGEST_BACKOFF)
        .jitter(0.5)
        .transientErrors(true)
        .doBeforeRetry(
            signal ->
                LOG.warn(
                    "catalog connection lost, trying again cause=\"{}\"",
                    signal.failure().toString()));
  }

  /** Listens on one connection until it is lost, which is always an error. */
  private Flux<Void> untilLost() {
    return Flux.usingWhen(
        connections.create().timeout(timeout), this::listenOn, this::closeQuietly);
  }

  private Flux<Void> listenOn(PostgresqlConnection connection) {
    Flux<Object> changes =
        connection
            .getNotifications()
            .cast(Object.class)
            .concatWith(Mono.error(() -> new IOException("the connection was closed")));
    // Notifications are subscribed to before the first reading, so that none falls in between.
    return listen(connection)
        .thenMany(Flux.merge(1, changes, Flux.interval(Duration.ZERO, SECOND_LOOK)))
        // One reading answers all the signals that came while the last one ran.
        .onBackpressureLatest()
        .concatMap(signal -> reload.apply(connection).doOnSuccess(nothing -> heard()), 1)
        .doFinally(end -> listening.set(false));
  }

  private void heard() {
    listening.set(true);
    started.complete(true);
  }

  private Mono<Void> listen(PostgresqlConnection connection) {
    return connection
        .createStatement("LISTEN " + CatalogTables.CHANNEL)
        .execute()
        .concatMap(PostgresqlResult::getRowsUpdated, 1)
        .then()
        .timeout(timeout);
  }

  private Mono<Void> closeQuietly(PostgresqlConnection connection) {
    return connection.close().timeout(timeout).onErrorComplete();
  }

  @Override
  public void close() {
    running.dispose();
  }
}
