package dev.sluice.engine.catalog;

import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.table.TableDefinition;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The catalog: streams, views and reference tables in PostgreSQL, the topics of the former two in
 * the log.
 *
 * <p>Reads are answered from a snapshot, also while PostgreSQL is away. Changes of other processes
 * come by notification; after a reconnect everything is read again. A change is one transaction
 * that keeps everyone else off the same stream, and is in the snapshot when its Mono completes.
 *
 * <p>While PostgreSQL is away changes fail with CATALOG_UNAVAILABLE, within a few times the
 * settings' timeout.
 */
public final class Catalog extends CatalogReads implements AutoCloseable {
  private final CatalogSettings settings;
  private final byte[] resumeKey;
  private final EventLog log;
  private final CatalogTables tables;
  private final StreamChanges streamChanges;
  private final ViewBuilds builds;
  private final ViewChanges viewChanges;
  private final Deletions deletions;
  private final TableChanges tableChanges;
  private final CatalogConnections connections;
  private final CatalogListener listener;
  private final ViewStates viewStates;
  private final AuditOutbox audit;
  private final GatewayLeases gateways;
  private final Tickets tickets;

  private Catalog(CatalogSettings settings, byte[] resumeKey, EventLog log, SchemaIds ids) {
    this.settings = settings;
    this.resumeKey = resumeKey;
    this.log = log;
    this.tables = new CatalogTables(settings.timeout(), ids);
    this.streamChanges = new StreamChanges(tables, log);
    this.builds = new ViewBuilds(tables, log);
    this.viewChanges = new ViewChanges(tables, builds, log);
    this.deletions = new Deletions(tables, builds, log);
    this.tableChanges = new TableChanges(tables, tables.references());
    this.connections = new CatalogConnections(settings);
    this.viewStates = new ViewStates(connections, settings.timeout());
    this.audit = new AuditOutbox(connections, tables.audit());
    this.gateways = new GatewayLeases(connections, settings.timeout());
    this.tickets = new Tickets(connections, settings.timeout());
    this.listener = new CatalogListener(connections.factory(), settings.timeout(), this::reloadOn);
  }

  /**
   * Migrates the database, reads it, and listens from then on.
   *
   * <p>Waits, on the calling thread, also for a database that does not answer yet: for start-up
   * only.
   *
   * @throws IllegalStateException the database lets nobody in, or cannot be migrated
   */
  public static Catalog open(CatalogSettings settings, EventLog log) {
    return open(settings, log, SchemaIds.OWN);
  }

  /**
   * The same, with schemas that get their ids elsewhere.
   *
   * @throws IllegalStateException the database lets nobody in, or cannot be migrated
   */
  public static Catalog open(CatalogSettings settings, EventLog log, SchemaIds ids) {
    byte[] resumeKey = CatalogMigration.run(settings);
    Catalog catalog = new Catalog(settings, resumeKey, log, ids);
    try {
      catalog.listener.start();
      log.lookUpIn(catalog);
      return catalog;
    } catch (RuntimeException e) {
      catalog.close();
      throw e;
    }
  }

  /**
   * A schema, as JSON, also one that no stream has any more.
   *
   * @return empty if there never was one of the id; fails with CATALOG_UNAVAILABLE
   */
  public Mono<Optional<String>> schema(int id) {
    return known(id)
        .map(known -> Mono.just(Optional.of(known)))
        .orElseGet(() -> connections.using(connection -> tables.schemas().find(connection, id)));
  }

  @Override
  public void refresh() {
    try {
      // Also tells whoever must know of a change before its first record is read.
      reload().toFuture().get(settings.timeout().toMillis() * 3, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw untold(e);
    } catch (ExecutionException | TimeoutException e) {
      throw untold(e);
    }
  }

  private static ProblemException untold(Exception cause) {
    return Problem.of(
            ProblemCode.LOG_UNAVAILABLE,
            "a record has a schema that is not known here, and the catalog did not tell it: "
                + cause)
        .toException(cause);
  }

  /** What resume tokens are signed with: the same for all who share this catalog. */
  public byte[] resumeKey() {
    return resumeKey.clone();
  }

  /** What the pipeline says of views. */
  public ViewStates viewStates() {
    return viewStates;
  }

  /** What was changed, and by whom, to be handed on. */
  public AuditOutbox audit() {
    return audit;
  }

  /** The gateways that share it. */
  public GatewayLeases gateways() {
    return gateways;
  }

  /** Tickets for one use. */
  public Tickets tickets() {
    return tickets;
  }

  /** Whether changes of other processes are being heard; else the snapshot may be old. */
  public boolean isListening() {
    return listener.isListening();
  }

  /**
   * Makes the stream be as defined: creates its topics and then it, or changes it.
   *
   * @return fails with STREAM_INCOMPATIBLE if it is there and cannot become this, TOPIC_UNKNOWN,
   *     NAME_TAKEN if it is a view, NAME_RESERVED if the name is Sluice's own, STREAM_IN_USE,
   *     CATALOG_UNAVAILABLE, LOG_UNAVAILABLE; may be asked again whatever happened
   */
  public Mono<Declared> declare(StreamDefinition stream) {
    if (stream.view() != null) {
      return Mono.error(
          Problem.ofField(
                  ProblemCode.STREAM_INVALID,
                  "view",
                  "a view's stream is made with the view: PUT /v1/views/" + stream.name())
              .toException());
    }
    return stream.isOwn()
        ? Mono.fromRunnable(() -> StreamDefinition.requireNotOwn(stream.name()))
        : declareAny(stream);
  }

  /**
   * Makes a stream of Sluice's own be as defined.
   *
   * @return fails as {@link #declare}
   */
  public Mono<Declared> declareOwn(StreamDefinition stream) {
    if (!stream.isOwn()) {
      throw new IllegalArgumentException(stream.name() + " is not one of Sluice's own");
    }
    return declareAny(stream);
  }

  private Mono<Declared> declareAny(StreamDefinition stream) {
    return located(stream)
        .flatMap(known -> connections.inTransaction(connection -> declare(connection, known)))
        .flatMap(declared -> reload().thenReturn(declared));
  }

  /** A view of a topic has the topic's partitions, whatever was said. */
  private Mono<StreamDefinition> located(StreamDefinition stream) {
    return stream.foreign() == null
        ? Mono.just(stream)
        : log.partitions(stream.topic()).map(stream::withPartitions);
  }

  private Mono<Declared> declare(Connection connection, StreamDefinition stream) {
    return tables
        .lock(connection, stream.name())
        .then(tableChanges.requireFree(connection, stream.name()))
        .then(Mono.defer(() -> deletions.finish(connection, stream.name())))
        .flatMap(there -> streamChanges.declare(connection, stream, there));
  }

  /**
   * Makes the view be as defined: creates its topics and then it, changes what may be changed at
   * once, or begins to build it beside what is there.
   *
   * @return fails with NAME_TAKEN if it is a stream, VIEW_IN_USE if it would be built and another
   *     view reads it, or it feeds a stream, VIEW_INVALID if it cannot feed what it is to,
   *     STREAM_CHANGED, CATALOG_UNAVAILABLE, LOG_UNAVAILABLE; may be asked again whatever happened
   */
  public Mono<DeclaredView> declareView(PlannedView view) {
    return declareView(view, false);
  }

  /**
   * Begins to build the view beside what is there, whatever is being built.
   *
   * @return fails as {@link #declareView}
   */
  public Mono<DeclaredView> rebuildView(PlannedView view) {
    return declareView(view, true);
  }

  private Mono<DeclaredView> declareView(PlannedView view, boolean anew) {
    return connections
        .inTransaction(
            connection ->
                tables
                    .lock(connection, Feeds.locks(view))
                    .then(tableChanges.requireFree(connection, view.name()))
                    .then(Mono.defer(() -> deletions.finish(connection, view.name())))
                    .flatMap(there -> viewChanges.declare(connection, view, there, anew))
                    .flatMap(
                        declared ->
                            tableChanges
                                .join(connection, declared.view(), view.joined())
                                .thenReturn(declared)))
        .flatMap(declared -> reload().thenReturn(declared));
  }

  /**
   * Builds the view no more; it stays as it is.
   *
   * @return whether it was being built; fails with CATALOG_UNAVAILABLE
   */
  public Mono<Boolean> cancelBuild(String name) {
    return connections
        .inTransaction(
            connection -> tables.lock(connection, name).then(builds.cancel(connection, name)))
        .flatMap(cancelled -> reload().thenReturn(cancelled));
  }

  /**
   * Has what was built take the view's place, its table with it: whoever reads sees one or the
   * other.
   *
   * @param ends offsets that its table must have come to, of each partition
   * @param exact whether its table must have come to the times that the view's has
   * @param told up to when the view's webhook has been told of its rows; null: nobody is told
   * @return false if it is not built any more, or its table is not there yet; fails with
   *     CATALOG_UNAVAILABLE, also where PostgreSQL does not let the tables change places
   */
  public Mono<Boolean> finishBuild(
      CatalogView build, List<Long> ends, boolean exact, @Nullable Instant told) {
    return connections
        .inTransaction(
            connection ->
                tables
                    .lock(connection, build.name())
                    .then(tables.find(connection, build.name()))
                    .flatMap(
                        found ->
                            found.filter(there -> !there.deleting()).isEmpty()
                                ? Mono.just(false)
                                : builds.finish(connection, found.get(), build, ends, exact, told)))
        .flatMap(finished -> reload().thenReturn(finished));
  }

  /**
   * Deletes the topics of what views were, and of what they were to be, after a while.
   *
   * @param longerThan that nobody has seen them; whoever reads them must have heard of it
   * @return fails with CATALOG_UNAVAILABLE or LOG_UNAVAILABLE, and may be asked again
   */
  public Mono<Void> sweep(Duration longerThan) {
    return connections
        .using(connection -> tables.builds().leftFor(connection, longerThan))
        .flatMapMany(Flux::fromIterable)
        .concatMap(
            name ->
                connections.inTransaction(
                    connection ->
                        tables.lock(connection, name).then(builds.sweep(connection, name))),
            1)
        .then();
  }

  /**
   * Makes the reference table be as defined: in PostgreSQL, with what says when it is changed.
   *
   * @return fails with TABLE_INCOMPATIBLE if it is there and cannot become this, NAME_TAKEN,
   *     CATALOG_UNAVAILABLE; may be asked again whatever happened
   */
  public Mono<DeclaredTable> declareTable(TableDefinition table) {
    return connections
        .inTransaction(
            connection ->
                tables
                    .lock(connection, table.name())
                    .then(Mono.defer(() -> deletions.finish(connection, table.name())))
                    .flatMap(taken -> tableChanges.declare(connection, table, taken)))
        .flatMap(declared -> reload().thenReturn(declared));
  }

  /**
   * Deletes the reference table and its rows.
   *
   * @return whether it was there; fails with TABLE_IN_USE while a view joins it, and
   *     CATALOG_UNAVAILABLE
   */
  public Mono<Boolean> deleteTable(String name) {
    return connections
        .inTransaction(
            connection -> tables.lock(connection, name).then(tableChanges.delete(connection, name)))
        .flatMap(deleted -> reload().thenReturn(deleted));
  }

  /**
   * Deletes the stream, its events and its dead letters.
   *
   * @return whether it was there; fails with NAME_TAKEN if it is a view, NAME_RESERVED if the name
   *     is Sluice's own, STREAM_IN_USE while a view reads or feeds it, CATALOG_UNAVAILABLE or
   *     LOG_UNAVAILABLE, and may be asked again whatever happened
   */
  public Mono<Boolean> delete(String name) {
    return Mono.fromRunnable(() -> StreamDefinition.requireNotOwn(name))
        .then(Mono.defer(() -> delete(name, false)));
  }

  /**
   * Deletes the view, its rows and its dead letters.
   *
   * @return whether it was there; fails as {@link #delete}, and with VIEW_IN_USE
   */
  public Mono<Boolean> deleteView(String name) {
    return delete(name, true);
  }

  private Mono<Boolean> delete(String name, boolean view) {
    return connections
        .inTransaction(
            connection ->
                tables
                    .lock(connection, name)
                    .then(Mono.defer(() -> deletions.hide(connection, name, view))))
        .flatMap(hidden -> hidden ? reload().then(erase(name)).thenReturn(true) : Mono.just(false));
  }

  private Mono<Void> erase(String name) {
    return connections
        .inTransaction(
            connection ->
                tables
                    .lock(connection, name)
                    .then(Mono.defer(() -> deletions.finish(connection, name))))
        .then();
  }

  private Mono<Void> reload() {
    return connections.using(tables::load).doOnNext(this::show).then();
  }

  private Mono<Void> reloadOn(Connection connection) {
    return tables.load(connection).doOnNext(this::show).then();
  }

  @Override
  public void close() {
    listener.close();
    connections.close();
  }
}
