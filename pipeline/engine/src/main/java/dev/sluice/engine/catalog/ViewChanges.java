package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.CatalogTables.Found;
import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** How views change, and what may not be changed for their sake. */
final class ViewChanges {
  private final CatalogTables tables;
  private final EventLog log;

  ViewChanges(CatalogTables tables, EventLog log) {
    this.tables = tables;
    this.log = log;
  }

  /** Makes a view that is not there; its source must be locked. */
  Mono<DeclaredView> create(
      Connection connection, ViewDefinition view, StreamDefinition result, CatalogStream source) {
    return requireUnchanged(connection, source)
        .then(Mono.defer(() -> log.createTopics(result)))
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .flatMap(revision -> tables.insert(connection, result, revision))
        .flatMap(
            stream ->
                tables.insertView(
                    connection, new CatalogView(view, source.definition().name(), stream)))
        .map(created -> new DeclaredView(created, Outcome.CREATED));
  }

  /** The query was planned against the source as it was. */
  private Mono<Void> requireUnchanged(Connection connection, CatalogStream source) {
    return tables
        .find(connection, source.definition().name())
        .flatMap(
            found ->
                found.filter(f -> !f.deleting() && f.stream().equals(source)).isPresent()
                    ? Mono.empty()
                    : Mono.error(
                        Problem.of(
                                ProblemCode.STREAM_CHANGED,
                                source.definition().name() + " was changed just now: ask again")
                            .toException()));
  }

  /** Changes what of a view may change. */
  Mono<DeclaredView> change(Connection connection, Found before, ViewDefinition after) {
    CatalogView view = before.requireView(after.name());
    if (!view.definition().sql().equals(after.sql())) {
      throw Problem.ofField(
              ProblemCode.VIEW_EXISTS,
              "sql",
              "the view "
                  + after.name()
                  + " is there with another query: define one of another name, or delete this one"
                  + " first")
          .toException();
    }
    StreamDefinition stream = view.stream().definition().withRetention(after.retention());
    Mono<Void> topics = log.createTopics(stream);
    if (view.definition().equals(after)) {
      return topics.thenReturn(new DeclaredView(view, Outcome.UNCHANGED));
    }
    return topics
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .then(Mono.defer(() -> tables.update(connection, stream, view.generation())))
        .flatMap(
            changed ->
                tables.updateView(connection, new CatalogView(after, view.source(), changed)))
        .map(changed -> new DeclaredView(changed, Outcome.CHANGED));
  }

  /** What is read by a view must stay, and stay as it is. */
  Mono<Void> requireUnread(Connection connection, Found found, String what) {
    String name = found.stream().definition().name();
    return tables
        .readers(connection, name)
        .flatMap(
            readers ->
                readers.isEmpty() ? Mono.empty() : Mono.error(inUse(found, name, what, readers)));
  }

  private static ProblemException inUse(
      Found found, String name, String what, List<String> readers) {
    return Problem.of(
            found.isView() ? ProblemCode.VIEW_IN_USE : ProblemCode.STREAM_IN_USE,
            name
                + " cannot be "
                + what
                + " while it is read by the view"
                + (readers.size() > 1 ? "s " : " ")
                + String.join(", ", readers)
                + ": delete "
                + (readers.size() > 1 ? "those" : "that")
                + " first")
        .toException();
  }

  /** A name is a stream's or a view's. */
  static void requireKind(Optional<Found> found, boolean view) {
    found.ifPresent(
        there -> {
          if (there.isView() != view) {
            String name = there.stream().definition().name();
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
