package dev.sluice.engine.catalog;

import dev.sluice.engine.catalog.Declared.Outcome;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.table.RowCopy;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.ViewSource;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.Webhook;
import io.r2dbc.spi.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How views are built anew beside what they are, and how that takes their place; the caller has
 * locked the view's name.
 */
final class ViewBuilds {
  private final CatalogTables tables;
  private final BuildStatements builds;
  private final EventLog log;

  ViewBuilds(CatalogTables tables, EventLog log) {
    this.tables = tables;
    this.builds = tables.builds();
    this.log = log;
  }

  /** Begins to build, in place of what is being built. */
  Mono<DeclaredView> start(Connection connection, CatalogView before, PlannedView planned) {
    String name = planned.name();
    return InUse.require(
            tables.readers(connection, name), ProblemCode.VIEW_IN_USE, name, "built anew", "read")
        .then(Mono.defer(() -> keptBefore(connection, before, planned)))
        .flatMap(from -> start(connection, before, planned, from))
        .map(build -> new DeclaredView(build, Outcome.CHANGED, true));
  }

  private Mono<CatalogView> start(
      Connection connection, CatalogView before, PlannedView planned, Optional<Instant> from) {
    return builds
        .nextNumber(connection)
        .map(number -> planned.result().withBuild(number, from.orElse(null)))
        .flatMap(result -> log.createTopics(result).thenReturn(result))
        .flatMap(
            result ->
                insert(connection, planned, result)
                    .flatMap(build -> pinned(connection, before, planned, build, from))
                    .onErrorResume(
                        e -> log.deleteTopics(result).onErrorComplete().then(Mono.error(e))));
  }

  /**
   * What the log had when it was looked at it must have when it is read. So that is where reading
   * begins, and what was cut off before this was said is found by looking once more.
   */
  private Mono<CatalogView> pinned(
      Connection connection,
      CatalogView before,
      PlannedView planned,
      CatalogView build,
      Optional<Instant> from) {
    StreamDefinition source = planned.source().definition();
    return log.pinGroup(build.group(), source)
        .then(Mono.defer(() -> keptBefore(connection, before, planned)))
        .flatMap(
            now ->
                now.equals(from)
                    ? Mono.just(build)
                    : Mono.error(new CutLog(source.name(), before.name()).meanwhile()));
  }

  /**
   * Rows that nothing could be made of again must not go.
   *
   * @return from when on windows are built; empty: all are
   */
  private Mono<Optional<Instant>> keptBefore(
      Connection connection, CatalogView before, PlannedView planned) {
    if (!before.definition().table()) {
      return Mono.just(Optional.empty());
    }
    CutLog cut = new CutLog(planned.source().definition().name(), before.name());
    KeptRows kept = planned.kept();
    return log.wholeFrom(planned.source().definition())
        .filter(from -> from != Long.MIN_VALUE)
        .flatMap(
            from ->
                kept == null
                    ? builds
                        .hasRowsBefore(connection, before, from)
                        .flatMap(has -> has ? Mono.error(cut.wouldLose(from)) : Mono.empty())
                    : requireComplete(connection, before, kept, cut, from))
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  /** What is kept must be all there is to be kept. */
  private Mono<Instant> requireComplete(
      Connection connection, CatalogView before, KeptRows kept, CutLog cut, long from) {
    if (from == Long.MAX_VALUE) {
      return Mono.error(cut.hasEmptyPartition());
    }
    if (kept.generation() != before.generation()) {
      return Mono.error(
          Problem.of(ProblemCode.STREAM_CHANGED, before.name() + " was changed just now: ask again")
              .toException());
    }
    return builds
        .isTableAt(connection, before, kept.closedAt(from))
        .flatMap(
            all ->
                all
                    ? Mono.just(Instant.ofEpochMilli(from))
                    : Mono.error(cut.isOpen(from, kept.closedAt(from))));
  }

  /** What is kept is there before anybody else has to wait for what this transaction changes. */
  private Mono<CatalogView> insert(
      Connection connection, PlannedView planned, StreamDefinition result) {
    return tables
        .schemaId(connection, result)
        .flatMap(
            schema ->
                keep(connection, planned.kept(), result, schema)
                    .then(Mono.defer(() -> drop(connection, planned.name())))
                    .then(Mono.defer(() -> tables.nextRevision(connection)))
                    .flatMap(
                        revision -> builds.insert(connection, planned, result, schema, revision)));
  }

  /** Its topic begins with them, and nobody has seen it: they are there once, or it is not. */
  private Mono<Void> keep(
      Connection connection, @Nullable KeptRows kept, StreamDefinition result, int schema) {
    ViewSource made = result.view();
    if (kept == null || made == null || made.from() == null) {
      return Mono.empty();
    }
    return builds
        .rows(connection, new RowCopy(result, schema, kept.group()), kept.start(), made.from())
        .concatMap(log::append, 1)
        .then();
  }

  /**
   * Builds no more, as somebody asked for.
   *
   * @return whether it did
   */
  Mono<Boolean> cancel(Connection connection, String name) {
    return drop(connection, name)
        .flatMap(
            dropped ->
                dropped
                    ? tables.audit().buildCancelled(connection, name).thenReturn(true)
                    : Mono.just(false));
  }

  /**
   * Builds no more.
   *
   * @return whether it did
   */
  Mono<Boolean> drop(Connection connection, String name) {
    return builds
        .find(connection, name)
        .flatMap(
            found ->
                found.isEmpty()
                    ? Mono.just(false)
                    : leave(connection, found.get())
                        .then(Mono.defer(() -> builds.delete(connection, name)))
                        .then(Mono.defer(() -> tables.nextRevision(connection)))
                        .thenReturn(true));
  }

  private Mono<Void> leave(Connection connection, CatalogView former) {
    return builds
        .leave(connection, former.stream())
        .then(Mono.defer(() -> builds.unjoin(connection, former)));
  }

  /** Has what is being built by the view's own query be as the view is otherwise. */
  Mono<Void> follow(Connection connection, ViewDefinition after) {
    return builds
        .find(connection, after.name())
        .flatMap(
            found ->
                found.isEmpty() || !found.get().definition().sql().equals(after.sql())
                    ? drop(connection, after.name()).then()
                    : change(connection, found.get(), after));
  }

  private Mono<Void> change(Connection connection, CatalogView build, ViewDefinition after) {
    CatalogStream stream = build.stream();
    StreamDefinition result = stream.definition().withRetention(after.retention());
    return log.createTopics(result)
        .then(
            Mono.defer(
                () ->
                    builds.update(
                        connection,
                        new CatalogView(
                            after,
                            build.reads(),
                            new CatalogStream(
                                result,
                                stream.schemaId(),
                                stream.generation(),
                                stream.created())))));
  }

  /**
   * Has a build take the view's place, if its table is as far.
   *
   * @param ends offsets that its table must have come to, of each partition
   * @param exact whether it must have come to the times that the view's has
   * @param told up to when the webhook has been told of the view's rows; null: nobody is told
   * @return false if it does not
   */
  Mono<Boolean> finish(
      Connection connection,
      Found before,
      CatalogView build,
      List<Long> ends,
      boolean exact,
      @Nullable Instant told) {
    boolean tabled = build.definition().table();
    return builds
        .find(connection, build.name())
        .filter(found -> found.filter(build::equals).isPresent())
        .filterWhen(
            found -> tabled ? builds.isTableReady(connection, build, ends, exact) : Mono.just(true))
        .flatMap(
            found ->
                (tabled ? builds.replaceTable(connection, build) : Mono.<Void>empty())
                    .then(Mono.defer(() -> replace(connection, before, build, told)))
                    .then(Mono.defer(() -> tables.audit().buildFinished(connection, before, build)))
                    .thenReturn(true))
        .defaultIfEmpty(false);
  }

  private Mono<Void> replace(
      Connection connection, Found before, CatalogView build, @Nullable Instant told) {
    ViewDefinition definition = build.definition();
    Webhook webhook = definition.webhook();
    CatalogView after =
        webhook == null || told == null || isLater(webhook.from(), told)
            ? build
            : new CatalogView(
                definition.withWebhook(webhook.from(told)), build.reads(), build.stream());
    return leave(connection, before.requireView())
        .then(Mono.defer(() -> builds.delete(connection, build.name())))
        .then(Mono.defer(() -> builds.replaceStream(connection, build.stream())))
        .then(Mono.defer(() -> tables.updateView(connection, after)))
        .then(Mono.defer(() -> tables.nextRevision(connection)))
        .then();
  }

  private static boolean isLater(@Nullable Instant from, Instant told) {
    return from != null && from.isAfter(told);
  }

  /** Deletes the topics of what the view was, and of what it was to be. */
  Mono<Void> sweep(Connection connection, String name) {
    return builds
        .left(connection, name)
        .flatMapMany(Flux::fromIterable)
        .concatMap(log::deleteTopics, 1)
        .then(Mono.defer(() -> builds.forgetLeft(connection, name)));
  }
}
