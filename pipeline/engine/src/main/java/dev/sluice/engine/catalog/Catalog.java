package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.CatalogTables.Found;
import dev.sluice.engine.catalog.CatalogTables.Snapshot;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The catalog: streams in PostgreSQL, their topics in the log.
 *
 * <p>Reads are answered from a snapshot, also while PostgreSQL is away. Changes of other processes
 * come by notification; after a reconnect everything is read again. A change is one transaction
 * that keeps everyone else off the same stream, and is in the snapshot when its Mono completes.
 *
 * <p>While PostgreSQL is away changes fail with CATALOG_UNAVAILABLE, within a few times the
 * settings' timeout.
 */
public final class Catalog implements Streams, AutoCloseable {
  private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);

  private final byte[] resumeKey;
  private final EventLog log;
  private final Duration timeout;
  private final CatalogTables tables;
  private final ConnectionPool pool;
  private final CatalogListener listener;
  private final List<Consumer<String>> changeListeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot = new Snapshot(-1, Map.of());

  private Catalog(CatalogSettings settings, byte[] resumeKey, EventLog log) {
    this.resumeKey = resumeKey;
    this.log = log;
    this.timeout = settings.timeout();
    this.tables = new CatalogTables(timeout);
    PostgresqlConnectionFactory connections = connections(settings);
    this.pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(connections)
                .name("catalog")
                .initialSize(0)
                .maxSize(settings.connections())
                .maxIdleTime(IDLE_CONNECTION)
                .maxAcquireTime(timeout)
                .maxCreateConnectionTime(timeout)
                .build());
    this.listener = new CatalogListener(connections, timeout, this::reloadOn);
  }

  /**
   * Migrates the database, reads it, and listens from then on.
   *
   * <p>Waits, on the calling thread: for start-up only.
   *
   * @throws IllegalStateException the database does not answer or cannot be migrated
   */
  public static Catalog open(CatalogSettings settings, EventLog log) {
    byte[] resumeKey = CatalogMigration.run(settings);
    Catalog catalog = new Catalog(settings, resumeKey, log);
    try {
      catalog.listener.start();
      return catalog;
    } catch (RuntimeException e) {
      catalog.close();
      throw e;
    }
  }

  private static PostgresqlConnectionFactory connections(CatalogSettings settings) {
    PostgresUrl url = settings.parsedUrl();
    return new PostgresqlConnectionFactory(
        PostgresqlConnectionConfiguration.builder()
            .host(url.host())
            .port(url.port())
            .username(url.user())
            .password(url.password())
            .database(url.database())
            .applicationName("sluice")
            .connectTimeout(settings.timeout())
            .statementTimeout(settings.timeout())
            .tcpKeepAlive(true)
            .build());
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return snapshot.streams().get(name);
  }

  @Override
  public Collection<CatalogStream> all() {
    return snapshot.streams().values();
  }

  @Override
  public void onChange(Consumer<String> changeListener) {
    changeListeners.add(changeListener);
  }

  /** What resume tokens are signed with: the same for all who share this catalog. */
  public byte[] resumeKey() {
    return resumeKey.clone();
  }

  /** Whether changes of other processes are being heard; else the snapshot may be old. */
  public boolean isListening() {
    return listener.isListening();
  }

  /**
   * Makes the stream be as defined: creates its topics and then it, or changes it.
   *
   * @return fails with STREAM_INCOMPATIBLE if it is there and cannot become this, TOPIC_UNKNOWN,
   *     CATALOG_UNAVAILABLE, LOG_UNAVAILABLE; may be asked again whatever happened
   */
  public Mono<Declared> declare(StreamDefinition stream) {
    return located(stream)
        .flatMap(known -> inTransaction(connection -> declare(connection, known)))
        .flatMap(declared -> reload().thenReturn(declared));
  }

  /** A view of a topic has the topic's partitions, whatever was said. */
  private Mono<StreamDefinition> located(StreamDefinition stream) {
    return stream.source() == null
        ? Mono.just(stream)
        : log.partitions(stream.topic()).map(stream::withPartitions);
  }

  private Mono<Declared> declare(Connection connection, StreamDefinition stream) {
    return tables
        .lock(connection, stream.name())
        .then(tables.find(connection, stream.name()))
        .flatMap(found -> finishDeletion(connection, found))
        .flatMap(
            found ->
                found.isEmpty()
                    ? create(connection, stream)
                    : change(connection, found.get().stream(), stream));
  }

  private Mono<Declared> create(Connection connection, StreamDefinition stream) {
    return log.createTopics(stream)
        .then(tables.nextRevision(connection))
        .flatMap(revision -> tables.insert(connection, stream, revision))
        .map(created -> new Declared(created, Outcome.CREATED));
  }

  private Mono<Declared> change(
      Connection connection, CatalogStream before, StreamDefinition after) {
    StreamChange change = new StreamChange(before.definition(), after);
    change.requireCompatible();
    Mono<Void> topics = log.createTopics(after);
    if (before.definition().equals(after)) {
      return topics.thenReturn(new Declared(before, Outcome.UNCHANGED));
    }
    return topics
        .then(tables.nextRevision(connection))
        .map(revision -> change.changesResults() ? revision : before.generation())
        .flatMap(generation -> tables.update(connection, after, generation))
        .map(changed -> new Declared(changed, Outcome.CHANGED));
  }

  /**
   * Deletes the stream, its events and its dead letters.
   *
   * @return whether it was there; fails with CATALOG_UNAVAILABLE or LOG_UNAVAILABLE, and may be
   *     asked again whatever happened
   */
  public Mono<Boolean> delete(String name) {
    return inTransaction(connection -> hide(connection, name))
        .flatMap(hidden -> hidden ? reload().then(erase(name)).thenReturn(true) : Mono.just(false));
  }

  /** No one sees it any more from here on, whatever becomes of its topics. */
  private Mono<Boolean> hide(Connection connection, String name) {
    return tables
        .lock(connection, name)
        .then(tables.find(connection, name))
        .flatMap(
            found ->
                found.isEmpty()
                    ? Mono.just(false)
                    : tables
                        .nextRevision(connection)
                        .then(tables.markDeleting(connection, name))
                        .thenReturn(true));
  }

  private Mono<Void> erase(String name) {
    return inTransaction(
            connection ->
                tables
                    .lock(connection, name)
                    .then(tables.find(connection, name))
                    .flatMap(found -> finishDeletion(connection, found)))
        .then();
  }

  /** Finishes what a deletion has begun; what is found then is a stream that is there. */
  private Mono<Optional<Found>> finishDeletion(Connection connection, Optional<Found> found) {
    if (found.isEmpty() || !found.get().deleting()) {
      return Mono.just(found);
    }
    StreamDefinition deleted = found.get().stream().definition();
    return log.deleteTopics(deleted)
        .then(tables.delete(connection, deleted.name()))
        .thenReturn(Optional.empty());
  }

  private Mono<Void> reload() {
    return using(tables::load).doOnNext(this::show).then();
  }

  private Mono<Void> reloadOn(Connection connection) {
    return tables.load(connection).doOnNext(this::show).then();
  }

  /** Shows the snapshot unless a newer one is shown already. */
  private synchronized void show(Snapshot loaded) {
    Snapshot before = snapshot;
    if (loaded.revision() <= before.revision()) {
      return;
    }
    snapshot = loaded;
    before.streams().forEach((name, stream) -> tellIfChanged(name, stream, loaded));
    loaded.streams().keySet().stream()
        .filter(name -> !before.streams().containsKey(name))
        .forEach(this::tell);
  }

  private void tellIfChanged(String name, CatalogStream before, Snapshot now) {
    if (!before.equals(now.streams().get(name))) {
      tell(name);
    }
  }

  private void tell(String name) {
    changeListeners.forEach(changeListener -> changeListener.accept(name));
  }

  private <T> Mono<T> using(Function<Connection, Mono<T>> work) {
    return Mono.usingWhen(
            pool.create(),
            work,
            this::release,
            (connection, failure) -> release(connection),
            this::release)
        .onErrorMap(Catalog::isAbsence, Catalog::unavailable);
  }

  private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
    return Mono.usingWhen(
            pool.create(),
            connection ->
                bounded(connection.beginTransaction())
                    .then(Mono.defer(() -> work.apply(connection))),
            connection ->
                bounded(connection.commitTransaction())
                    .onErrorResume(e -> release(connection).then(Mono.error(e)))
                    .then(release(connection)),
            (connection, failure) -> rollBack(connection),
            this::rollBack)
        .onErrorMap(Catalog::isAbsence, Catalog::unavailable);
  }

  private Mono<Void> rollBack(Connection connection) {
    return bounded(connection.rollbackTransaction()).onErrorComplete().then(release(connection));
  }

  private Mono<Void> release(Connection connection) {
    return bounded(connection.close()).onErrorComplete();
  }

  private Mono<Void> bounded(Publisher<Void> step) {
    return Mono.from(step).timeout(timeout);
  }

  private static boolean isAbsence(Throwable failure) {
    return failure instanceof TimeoutException
        || failure instanceof IOException
        || (failure instanceof R2dbcException && !(failure instanceof R2dbcBadGrammarException));
  }

  private static Throwable unavailable(Throwable cause) {
    return Problem.of(
            ProblemCode.CATALOG_UNAVAILABLE,
            "PostgreSQL, where the catalog is, did not answer ("
                + Optional.ofNullable(cause.getMessage()).orElse(cause.toString())
                + "): what is declared can be used meanwhile; change it later")
        .toException(cause);
  }

  @Override
  public void close() {
    listener.close();
    pool.dispose();
  }
}
