package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.CatalogTables.Found;
import dev.sluice.engine.catalog.CatalogTables.Snapshot;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.table.TableDefinition;
import dev.sluice.model.view.ViewDefinition;
import io.r2dbc.spi.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
public final class Catalog implements Streams, Views, AutoCloseable {
  private final byte[] resumeKey;
  private final EventLog log;
  private final CatalogTables tables;
  private final ViewChanges viewChanges;
  private final TableChanges tableChanges;
  private final CatalogConnections connections;
  private final CatalogListener listener;
  private final ViewStates viewStates;
  private final List<Consumer<String>> changeListeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot = Snapshot.NONE;

  private Catalog(CatalogSettings settings, byte[] resumeKey, EventLog log) {
    this.resumeKey = resumeKey;
    this.log = log;
    this.tables = new CatalogTables(settings.timeout());
    this.viewChanges = new ViewChanges(tables, log);
    this.tableChanges = new TableChanges(tables, tables.references());
    this.connections = new CatalogConnections(settings);
    this.viewStates = new ViewStates(connections, settings.timeout());
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

  @Override
  public @Nullable CatalogView findView(String name) {
    return snapshot.views().get(name);
  }

  @Override
  public Collection<CatalogView> views() {
    return snapshot.views().values();
  }

  @Override
  public @Nullable CatalogTable findTable(String name) {
    return snapshot.references().get(name);
  }

  @Override
  public Collection<CatalogTable> tables() {
    return snapshot.references().values();
  }

  @Override
  public long revision() {
    return snapshot.revision();
  }

  /** What resume tokens are signed with: the same for all who share this catalog. */
  public byte[] resumeKey() {
    return resumeKey.clone();
  }

  /** What the pipeline says of views. */
  public ViewStates viewStates() {
    return viewStates;
  }

  /** Whether changes of other processes are being heard; else the snapshot may be old. */
  public boolean isListening() {
    return listener.isListening();
  }

  /**
   * Makes the stream be as defined: creates its topics and then it, or changes it.
   *
   * @return fails with STREAM_INCOMPATIBLE if it is there and cannot become this, TOPIC_UNKNOWN,
   *     NAME_TAKEN if it is a view, STREAM_IN_USE, CATALOG_UNAVAILABLE, LOG_UNAVAILABLE; may be
   *     asked again whatever happened
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
        .then(tables.find(connection, stream.name()))
        .flatMap(found -> finishDeletion(connection, found))
        .doOnNext(found -> ViewChanges.requireKind(found, false))
        .flatMap(
            found ->
                found.isEmpty()
                    ? create(connection, stream)
                    : change(connection, found.get(), stream));
  }

  private Mono<Declared> create(Connection connection, StreamDefinition stream) {
    return log.createTopics(stream)
        .then(tables.nextRevision(connection))
        .flatMap(revision -> tables.insert(connection, stream, revision))
        .map(created -> new Declared(created, Outcome.CREATED));
  }

  private Mono<Declared> change(Connection connection, Found found, StreamDefinition after) {
    CatalogStream before = found.stream();
    StreamChange change = new StreamChange(before.definition(), after);
    change.requireCompatible();
    Mono<Void> unread =
        change.changesResults()
            ? viewChanges.requireUnread(connection, found, "given another lateness or dedupe span")
            : Mono.empty();
    Mono<Void> topics = unread.then(Mono.defer(() -> log.createTopics(after)));
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
   * Makes the view be as defined: creates its topics and then it, or changes what may be.
   *
   * @param result the stream that it becomes if it is new
   * @param source the stream or view that it reads, as it was when the query was planned
   * @param joined the reference tables that its query joins, as they were then
   * @return fails with VIEW_EXISTS if it is there with another query, NAME_TAKEN if it is a stream,
   *     STREAM_CHANGED, CATALOG_UNAVAILABLE, LOG_UNAVAILABLE; may be asked again whatever happened
   */
  public Mono<DeclaredView> declareView(
      ViewDefinition view,
      StreamDefinition result,
      CatalogStream source,
      List<CatalogTable> joined) {
    return connections
        .inTransaction(
            connection ->
                declareView(connection, view, result, source)
                    .flatMap(
                        declared ->
                            tableChanges
                                .join(connection, view.name(), joined)
                                .thenReturn(declared)))
        .flatMap(declared -> reload().thenReturn(declared));
  }

  private Mono<DeclaredView> declareView(
      Connection connection, ViewDefinition view, StreamDefinition result, CatalogStream source) {
    return tables
        .lock(connection, view.name(), source.definition().name())
        .then(tableChanges.requireFree(connection, view.name()))
        .then(tables.find(connection, view.name()))
        .flatMap(found -> finishDeletion(connection, found))
        .doOnNext(found -> ViewChanges.requireKind(found, true))
        .flatMap(
            found ->
                found.isEmpty()
                    ? viewChanges.create(connection, view, result, source)
                    : viewChanges.change(connection, found.get(), view));
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
                    .then(tables.find(connection, table.name()))
                    .flatMap(found -> finishDeletion(connection, found))
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
   * @return whether it was there; fails with NAME_TAKEN if it is a view, STREAM_IN_USE while a view
   *     reads it, CATALOG_UNAVAILABLE or LOG_UNAVAILABLE, and may be asked again whatever happened
   */
  public Mono<Boolean> delete(String name) {
    return delete(name, false);
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
        .inTransaction(connection -> hide(connection, name, view))
        .flatMap(hidden -> hidden ? reload().then(erase(name)).thenReturn(true) : Mono.just(false));
  }

  /** No one sees it any more from here on, whatever becomes of its topics. */
  private Mono<Boolean> hide(Connection connection, String name, boolean view) {
    return tables
        .lock(connection, name)
        .then(tables.find(connection, name))
        .doOnNext(found -> ViewChanges.requireKind(found, view))
        .flatMap(found -> found.isEmpty() ? Mono.just(false) : hide(connection, found.get(), name));
  }

  private Mono<Boolean> hide(Connection connection, Found found, String name) {
    return viewChanges
        .requireUnread(connection, found, "deleted")
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .then(Mono.defer(() -> tables.markDeleting(connection, name)))
        .thenReturn(true);
  }

  private Mono<Void> erase(String name) {
    return connections
        .inTransaction(
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
    return connections.using(tables::load).doOnNext(this::show).then();
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
    Set<String> names = before.names();
    names.addAll(loaded.names());
    names.stream().filter(name -> !before.isSame(name, loaded)).forEach(this::tell);
  }

  private void tell(String name) {
    changeListeners.forEach(changeListener -> changeListener.accept(name));
  }

  @Override
  public void close() {
    listener.close();
    connections.close();
  }
}
