package dev.sluice.engine.reference;

import dev.sluice.engine.catalog.CatalogConnections;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * The copies of one process, kept current by what PostgreSQL says of changes when they commit. A
 * connection of its own listens; what has changed is read over others. While PostgreSQL is away the
 * copies stay as they are; after that everything is read again.
 *
 * <p>A copy is kept for as long as a query or a view has it.
 */
public final class ReferenceCopies implements References, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReferenceCopies.class);
  private static final String CHANNEL = "sluice_tables";
  private static final int CONNECTIONS = 4;
  private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

  /** What has failed is tried again, and the connection shows that it lives. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final CatalogConnections connections;
  private final Duration timeout;
  private final ReferenceSettings settings;
  private final Clock clock;
  private final Map<CatalogTable, WeakReference<KeptCopy>> copies = new ConcurrentHashMap<>();
  private final Disposable listening;
  private volatile Sinks.Empty<Void> heard = Sinks.empty();
  private volatile boolean hears;
  private volatile Instant since;

  /**
   * What this process has of a table.
   *
   * @param current whether what changes is heard of
   * @param since when that is so
   */
  public record State(int rows, long bytes, boolean current, Instant since) {}

  /** Connects at once, and goes on trying. */
  public ReferenceCopies(CatalogSettings postgres, ReferenceSettings settings, Clock clock) {
    this.connections =
        new CatalogConnections(postgres, "references", CONNECTIONS, STATEMENT_TIMEOUT);
    this.timeout = postgres.timeout();
    this.settings = settings;
    this.clock = clock;
    this.since = clock.instant();
    this.listening =
        untilLost()
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                    .maxBackoff(LONGEST_BACKOFF)
                    .jitter(0.5)
                    .transientErrors(true)
                    .doBeforeRetry(
                        signal ->
                            LOG.warn(
                                "reference tables are not heard of, trying again cause=\"{}\"",
                                signal.failure().toString())))
            .doOnError(failure -> LOG.error("reference tables are not listened to", failure))
            .onErrorComplete()
            .subscribe();
  }

  @Override
  public Mono<TableCopy> open(CatalogTable table) {
    return Mono.defer(() -> known(table))
        .switchIfEmpty(Mono.defer(() -> loaded(table)))
        .doOnNext(TableCopy::rows)
        .cast(TableCopy.class);
  }

  /** One that has rows, however old they are. */
  private Mono<KeptCopy> known(CatalogTable table) {
    WeakReference<KeptCopy> reference = copies.get(table);
    KeptCopy copy = reference == null ? null : reference.get();
    return copy == null || copy.known() == null ? Mono.empty() : Mono.just(copy);
  }

  private Mono<KeptCopy> loaded(CatalogTable table) {
    return heard
        .asMono()
        .timeout(timeout)
        .onErrorMap(TimeoutException.class, late -> unavailable(table, late))
        .then(Mono.fromSupplier(() -> kept(table)))
        .flatMap(copy -> (copy.begin() ? reading(copy) : copy.loaded()).thenReturn(copy));
  }

  private static Throwable unavailable(CatalogTable table, Throwable cause) {
    return Problem.of(
            ProblemCode.CATALOG_UNAVAILABLE,
            "PostgreSQL, where the table "
                + table.name()
                + " is, did not answer, and this process has no copy of it yet: ask again")
        .toException(cause);
  }

  /** The copy that there is, or a new one. */
  private KeptCopy kept(CatalogTable table) {
    KeptCopy made = new KeptCopy(table, settings);
    KeptCopy known =
        copies
            .compute(
                table,
                (key, before) -> {
                  KeptCopy copy = before == null ? null : before.get();
                  return copy == null || copy.isOver() ? new WeakReference<>(made) : before;
                })
            .get();
    return known == null ? made : known;
  }

  /** Reads what is to be read of a copy, until nothing is. */
  private Mono<Void> reading(KeptCopy copy) {
    return connections
        .using(copy::read)
        .repeat(copy::again)
        .then()
        .doOnError(copy::failed)
        .doOnCancel(copy::left);
  }

  /** What this process has of a table; null if nothing here joins it. */
  public @Nullable State state(CatalogTable table) {
    WeakReference<KeptCopy> reference = copies.get(table);
    KeptCopy copy = reference == null ? null : reference.get();
    TableSnapshot rows = copy == null ? null : copy.known();
    return rows == null ? null : new State(rows.size(), rows.bytes(), hears, since);
  }

  // ---- hearing of changes ----

  /** Listens on one connection until it is lost, which is always an error. */
  private Flux<Void> untilLost() {
    return Flux.usingWhen(
        connections.factory().create().timeout(timeout), this::listenOn, this::closeQuietly);
  }

  private Flux<Void> listenOn(PostgresqlConnection connection) {
    Flux<Object> changes =
        connection
            .getNotifications()
            .doOnNext(this::changed)
            .cast(Object.class)
            .concatWith(Mono.error(() -> new IOException("the connection was closed")));
    Flux<Object> looks =
        Flux.interval(Duration.ZERO, LOOK_EVERY)
            .onBackpressureDrop()
            .concatMap(look -> run(connection, "SELECT 1").thenReturn((Object) look), 1)
            .doOnNext(look -> hears());
    // Notifications are subscribed to before the first reading, so that none falls in between.
    return run(connection, "LISTEN " + CHANNEL)
        .thenMany(Flux.merge(1, changes, looks))
        // A signal says nothing by itself: what is to be read is with the copies.
        .onBackpressureLatest()
        .flatMapIterable(signal -> all(), 1)
        .flatMap(this::readIfChanged, CONNECTIONS)
        .doFinally(end -> lost());
  }

  private Mono<Void> readIfChanged(KeptCopy copy) {
    return Mono.defer(() -> copy.begin() ? reading(copy) : Mono.empty())
        .doOnError(
            failure ->
                LOG.warn(
                    "a reference table was not read, trying again table={} cause=\"{}\"",
                    copy.table().name(),
                    failure.toString()))
        .onErrorComplete();
  }

  private Mono<Void> run(PostgresqlConnection connection, String sql) {
    return connection
        .createStatement(sql)
        .execute()
        .concatMap(PostgresqlResult::getRowsUpdated, 1)
        .then()
        .timeout(timeout);
  }

  private Mono<Void> closeQuietly(PostgresqlConnection connection) {
    return connection.close().timeout(timeout).onErrorComplete();
  }

  /** As {@code sluice.table_changed()} says it: the table's name, a blank, and the keys. */
  private void changed(Notification said) {
    String parameter = said.getParameter() == null ? "" : said.getParameter();
    int blank = parameter.indexOf(' ');
    if (blank > 0) {
      String name = parameter.substring(0, blank);
      String keys = parameter.substring(blank + 1);
      all().stream()
          .filter(copy -> copy.table().name().equals(name))
          .forEach(copy -> copy.changed(keys));
    }
  }

  private List<KeptCopy> all() {
    copies.values().removeIf(copy -> copy.get() == null);
    List<KeptCopy> all = new ArrayList<>();
    for (WeakReference<KeptCopy> reference : copies.values()) {
      KeptCopy copy = reference.get();
      if (copy != null) {
        all.add(copy);
      }
    }
    return all;
  }

  private void hears() {
    if (!hears) {
      // What was not heard of meanwhile may be anything.
      all().forEach(KeptCopy::forget);
      since = clock.instant();
      hears = true;
      heard.tryEmitEmpty();
    }
  }

  private void lost() {
    if (hears) {
      hears = false;
      since = clock.instant();
      heard = Sinks.empty();
    }
  }

  @Override
  public void close() {
    listening.dispose();
    connections.close();
  }
}
