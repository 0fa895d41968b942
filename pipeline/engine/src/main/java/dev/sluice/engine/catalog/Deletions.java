package dev.sluice.engine.catalog;

import dev.sluice.engine.log.EventLog;
import io.r2dbc.spi.Connection;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * How streams and views go: first nobody sees them any more, then their topics go, and then they
 * do. What was begun is finished by whoever comes by; the caller has locked the name.
 */
final class Deletions {
  private final CatalogTables tables;
  private final ViewBuilds builds;
  private final Feeds feeds;
  private final EventLog log;

  Deletions(CatalogTables tables, ViewBuilds builds, EventLog log) {
    this.tables = tables;
    this.builds = builds;
    this.feeds = new Feeds(tables);
    this.log = log;
  }

  /**
   * No one sees it any more from here on, whatever becomes of its topics.
   *
   * @return whether it was there
   */
  Mono<Boolean> hide(Connection connection, String name, boolean view) {
    return tables
        .find(connection, name)
        .doOnNext(found -> ViewChanges.requireKind(found, view))
        .flatMap(
            found ->
                found.filter(there -> !there.deleting()).isEmpty()
                    ? Mono.just(found.isPresent())
                    : hide(connection, found.get(), name));
  }

  private Mono<Boolean> hide(Connection connection, Found found, String name) {
    return ViewChanges.requireUnread(tables, connection, found, "deleted")
        .then(Mono.defer(() -> feeds.requireUnfed(connection, name)))
        .then(Mono.defer(() -> builds.drop(connection, name)))
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .then(Mono.defer(() -> tables.markDeleting(connection, name)))
        .then(Mono.defer(() -> tables.audit().deleted(connection, found)))
        .thenReturn(true);
  }

  /** What is there of the name, after what a deletion has begun is finished. */
  Mono<Optional<Found>> finish(Connection connection, String name) {
    return tables
        .find(connection, name)
        .flatMap(
            found ->
                found.isEmpty() || found.get().deleting()
                    ? erase(connection, found, name)
                    : Mono.just(found));
  }

  private Mono<Optional<Found>> erase(Connection connection, Optional<Found> found, String name) {
    return Mono.justOrEmpty(found)
        .flatMap(deleted -> log.deleteTopics(deleted.stream().definition()))
        .then(Mono.defer(() -> builds.sweep(connection, name)))
        .then(Mono.defer(() -> tables.delete(connection, name)))
        .thenReturn(Optional.empty());
  }
}
