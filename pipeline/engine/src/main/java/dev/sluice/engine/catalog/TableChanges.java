package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.table.TableDefinition;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How reference tables change; the caller has locked the name. */
final class TableChanges {
  private final CatalogTables catalog;
  private final TableStatements tables;

  TableChanges(CatalogTables catalog, TableStatements tables) {
    this.catalog = catalog;
    this.tables = tables;
  }

  /**
   * @param taken the stream or view of the name
   */
  Mono<DeclaredTable> declare(Connection connection, TableDefinition table, Optional<Found> taken) {
    taken.ifPresent(
        found -> {
          throw taken(table.name(), found.isView() ? "a view" : "a stream");
        });
    return tables
        .find(connection, table.name())
        .flatMap(
            found ->
                found.isEmpty()
                    ? create(connection, table)
                    : change(connection, found.get(), table));
  }

  private Mono<DeclaredTable> create(Connection connection, TableDefinition table) {
    return tables
        .isThere(connection, table.name())
        .flatMap(
            there ->
                there
                    ? Mono.error(
                        Problem.ofField(
                                ProblemCode.NAME_TAKEN,
                                "name",
                                "the database has a table tables."
                                    + table.name()
                                    + " that was not declared here: rename or drop it, or choose"
                                    + " another name")
                            .toException())
                    : catalog.nextRevision(connection))
        .flatMap(revision -> tables.create(connection, table, revision))
        .flatMap(created -> noted(connection, null, created, Outcome.CREATED));
  }

  private Mono<DeclaredTable> change(
      Connection connection, CatalogTable before, TableDefinition after) {
    if (before.definition().equals(after)) {
      return Mono.just(new DeclaredTable(before, Outcome.UNCHANGED));
    }
    TableChange change = new TableChange(before.definition(), after);
    change.requireCompatible();
    // A view of SELECT * would have other columns from its next start on.
    return requireUnread(connection, before.name(), "given other fields")
        .then(Mono.defer(() -> catalog.nextRevision(connection)))
        .flatMap(revision -> tables.change(connection, after, change.added(), revision))
        .flatMap(changed -> noted(connection, before, changed, Outcome.CHANGED));
  }

  private Mono<DeclaredTable> noted(
      Connection connection, @Nullable CatalogTable before, CatalogTable after, Outcome outcome) {
    return catalog
        .audit()
        .declared(connection, before, after, outcome)
        .thenReturn(new DeclaredTable(after, outcome));
  }

  /** Returns whether it was there. */
  Mono<Boolean> delete(Connection connection, String name) {
    return tables
        .find(connection, name)
        .flatMap(found -> found.isEmpty() ? Mono.just(false) : drop(connection, found.get()));
  }

  private Mono<Boolean> drop(Connection connection, CatalogTable table) {
    return requireUnread(connection, table.name(), "deleted")
        .then(Mono.defer(() -> catalog.nextRevision(connection)))
        .then(Mono.defer(() -> tables.drop(connection, table.name())))
        .then(Mono.defer(() -> catalog.audit().deleted(connection, table)))
        .thenReturn(true);
  }

  private Mono<Void> requireUnread(Connection connection, String name, String what) {
    return InUse.require(
        tables.readers(connection, name), ProblemCode.TABLE_IN_USE, name, what, "joined");
  }

  /**
   * Has a view keep tables from being deleted that it joins.
   *
   * @return fails with STREAM_CHANGED if one is another by now
   */
  Mono<Void> join(Connection connection, CatalogView view, List<CatalogTable> joined) {
    return Flux.fromIterable(joined)
        .concatMap(
            table ->
                tables
                    .join(connection, view, table)
                    .filter(found -> found)
                    .switchIfEmpty(Mono.error(() -> changed(table))),
            1)
        .then();
  }

  private static RuntimeException changed(CatalogTable table) {
    return Problem.of(
            ProblemCode.STREAM_CHANGED,
            "the table " + table.name() + " was changed just now: ask again")
        .toException();
  }

  /** A stream or a view cannot have a table's name. */
  Mono<Void> requireFree(Connection connection, String name) {
    return tables
        .find(connection, name)
        .flatMap(
            found -> found.isEmpty() ? Mono.empty() : Mono.error(taken(name, "a reference table")));
  }

  private static RuntimeException taken(String name, String by) {
    return Problem.ofField(
            ProblemCode.NAME_TAKEN,
            "name",
            name
                + " is "
                + by
                + ", and streams, views and tables share their names: choose another")
        .toException();
  }
}
