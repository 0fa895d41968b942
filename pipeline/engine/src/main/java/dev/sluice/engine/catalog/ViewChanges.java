package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import io.r2dbc.spi.Connection;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * How views change, and what may not be changed for their sake; the caller has locked the view's
 * name and its source's.
 */
final class ViewChanges {
  private final CatalogTables tables;
  private final ViewBuilds builds;
  private final Feeds feeds;
  private final EventLog log;

  ViewChanges(CatalogTables tables, ViewBuilds builds, EventLog log) {
    this.tables = tables;
    this.builds = builds;
    this.feeds = new Feeds(tables);
    this.log = log;
  }

  /**
   * Makes the view be as planned: at once, or by building it beside what is there.
   *
   * @param anew whether to build although nothing is new
   */
  Mono<DeclaredView> declare(
      Connection connection, PlannedView planned, Optional<Found> there, boolean anew) {
    return make(connection, planned, there, anew)
        .flatMap(done -> tables.audit().declared(connection, there, done, anew).thenReturn(done));
  }

  private Mono<DeclaredView> make(
      Connection connection, PlannedView planned, Optional<Found> there, boolean anew) {
    requireKind(there, true);
    if (there.isEmpty()) {
      return requireUnchanged(connection, planned.source())
          .then(Mono.defer(() -> feeds.require(connection, planned)))
          .then(Mono.defer(() -> create(connection, planned)));
    }
    CatalogView before = there.get().requireView();
    boolean other = anew || !before.definition().sql().equals(planned.view().sql());
    Feeds.requireUnchanged(before.definition(), planned.view(), other);
    return other
        ? requireUnchanged(connection, planned.source())
            .then(Mono.defer(() -> build(connection, before, planned, anew)))
        : change(connection, before, planned.view());
  }

  private Mono<DeclaredView> create(Connection connection, PlannedView planned) {
    return log.createTopics(planned.result())
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .flatMap(revision -> tables.insert(connection, planned.result(), revision))
        .flatMap(
            stream ->
                tables.insertView(
                    connection, new CatalogView(planned.view(), planned.reads(), stream)))
        .map(created -> new DeclaredView(created, Outcome.CREATED, false));
  }

  /** What is being built goes on if it is that. */
  private Mono<DeclaredView> build(
      Connection connection, CatalogView before, PlannedView planned, boolean anew) {
    return tables
        .builds()
        .find(connection, planned.name())
        .flatMap(
            found ->
                !anew
                        && found
                            .filter(build -> build.definition().equals(planned.view()))
                            .isPresent()
                    ? Mono.just(new DeclaredView(found.get(), Outcome.UNCHANGED, true))
                    : builds.start(connection, before, planned));
  }

  /** The query was planned against the source as it was. */
  private Mono<Void> requireUnchanged(Connection connection, CatalogStream source) {
    String name = source.definition().name();
    return tables
        .find(connection, name)
        .filter(found -> found.filter(f -> !f.deleting() && f.stream().equals(source)).isPresent())
        .switchIfEmpty(Mono.error(() -> changed(name + " was changed just now: ask again")))
        .then(Mono.defer(() -> tables.builds().find(connection, name)))
        .filter(Optional::isEmpty)
        .switchIfEmpty(
            Mono.error(() -> changed(name + " is being built anew: ask again when it is built")))
        .then();
  }

  private static RuntimeException changed(String detail) {
    return Problem.of(ProblemCode.STREAM_CHANGED, detail).toException();
  }

  /**
   * Changes what of a view may change without its rows. What was to have other rows is not built.
   */
  private Mono<DeclaredView> change(Connection connection, CatalogView view, ViewDefinition after) {
    StreamDefinition stream = view.stream().definition().withRetention(after.retention());
    Mono<Void> topics =
        log.createTopics(stream).then(Mono.defer(() -> builds.follow(connection, after)));
    if (view.definition().equals(after)) {
      return topics.thenReturn(new DeclaredView(view, Outcome.UNCHANGED, false));
    }
    return topics
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .then(Mono.defer(() -> tables.update(connection, stream, view.generation())))
        .flatMap(
            changed -> tables.updateView(connection, new CatalogView(after, view.reads(), changed)))
        .map(changed -> new DeclaredView(changed, Outcome.CHANGED, false));
  }

  static Mono<Void> requireUnread(
      CatalogTables tables, Connection connection, Found found, String what) {
    return InUse.require(
        tables.readers(connection, found.name()),
        found.isView() ? ProblemCode.VIEW_IN_USE : ProblemCode.STREAM_IN_USE,
        found.name(),
        what,
        "read");
  }

  /** A name is a stream's or a view's. */
  static void requireKind(Optional<Found> found, boolean view) {
    found.ifPresent(
        there -> {
          if (there.isView() != view) {
            String name = there.name();
            throw Problem.ofField(
                    ProblemCode.NAME_TAKEN,
                    "name",
                    name
                        + (there.isView() ? " is a view" : " is a stream")
                        + ", and streams, views and tables share their names: choose another")
                .toException();
          }
        });
  }
}
