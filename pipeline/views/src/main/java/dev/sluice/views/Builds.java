package dev.sluice.views;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.ViewSource.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuples;

/**
 * Has what was built take the place of a view once it has come as far, and the topics of what the
 * view was go. Every process looks; the catalog lets one of them do it.
 *
 * <p>How far the view was is noted when a build comes to the end of what it reads. What was built
 * has come as far when all its stages have passed that; by then it is as far as the view now is,
 * give or take what is committed a few times a second. So its table must also have come to the
 * times that the view's has, if one of the first tries finds it so.
 */
final class Builds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Builds.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(10);

  /** Longer than any process takes to hear that a view is another. */
  private static final Duration LEFT = Duration.ofSeconds(10);

  private static final int EXACT_TRIES = 20;

  /** Totals have no end that tells that the last of them was merged. */
  private static final int TRIES_BEFORE_TOTALS = 3;

  private final Catalog catalog;
  private final EventLog eventLog;
  private final Map<Long, Mark> marks = new ConcurrentHashMap<>();
  private final Map<Long, Problem> hindered = new ConcurrentHashMap<>();
  private final Disposable looking;
  private final Disposable sweeping;

  Builds(Catalog catalog, EventLog eventLog) {
    this.catalog = catalog;
    this.eventLog = eventLog;
    this.looking = every(EVERY, Mono.defer(this::look));
    this.sweeping = every(SWEEP_EVERY, Mono.defer(() -> catalog.sweep(LEFT)));
  }

  private static Disposable every(Duration period, Mono<Void> work) {
    return Flux.interval(period)
        .onBackpressureDrop()
        .concatMap(tick -> work.onErrorResume(Builds::later), 1)
        .subscribe(
            nothing -> {}, failure -> log.error("Builds of views are not looked at", failure));
  }

  private static Mono<Void> later(Throwable failure) {
    log.debug("Builds of views are looked at again later", failure);
    return Mono.empty();
  }

  /** Whether it is being built, and is no view yet. */
  static boolean isBuild(Catalog catalog, CatalogView kept) {
    CatalogView build = catalog.findBuild(kept.name());
    return build != null && build.generation() == kept.generation();
  }

  /** Why PostgreSQL does not let it take the view's place; null: nothing is in its way. */
  @Nullable Problem hindrance(long generation) {
    return hindered.get(generation);
  }

  /**
   * How far a view was.
   *
   * @param positions in what it reads
   * @param watermark that it and its build had read up to, ms of the epoch; {@link Long#MIN_VALUE}
   *     if they had none
   * @param tries to take its place
   */
  private record Mark(Map<Integer, GroupPosition> positions, long watermark, int tries) {
    Mark next() {
      return new Mark(positions, watermark, tries + 1);
    }

    boolean isPassed(Map<Integer, GroupPosition> others) {
      return positions.entrySet().stream()
          .allMatch(
              mark -> {
                GroupPosition other = others.get(mark.getKey());
                return other != null && other.offset() >= mark.getValue().offset();
              });
    }
  }

  private Mono<Void> look() {
    Map<Long, CatalogView> builds = new ConcurrentHashMap<>();
    catalog.kept().stream()
        .filter(one -> isBuild(catalog, one))
        .forEach(one -> builds.put(one.generation(), one));
    marks.keySet().retainAll(builds.keySet());
    hindered.keySet().retainAll(builds.keySet());
    return builds.isEmpty()
        ? Mono.empty()
        : catalog
            .viewStates()
            .all()
            .flatMapMany(
                states ->
                    Flux.fromIterable(builds.values())
                        .concatMap(build -> look(build, states.get(build.generation())), 1))
            .then();
  }

  private Mono<Void> look(CatalogView build, @Nullable ViewState state) {
    CatalogView view = catalog.findView(build.name());
    CatalogStream source = catalog.find(build.source());
    if (view == null || source == null || state == null || state.behind() || hasFailed(state)) {
      return Mono.empty();
    }
    String topic = source.definition().topic();
    // One that read something else tells nothing about how far this one must be.
    Mono<Map<Integer, GroupPosition>> before =
        view.source().equals(build.source()) ? positions(view, topic) : Mono.just(Map.of());
    return before
        .zipWith(positions(build, topic))
        .map(
            read ->
                Tuples.of(
                    marks.computeIfAbsent(
                        build.generation(), g -> mark(read.getT1(), read.getT2())),
                    read.getT2()))
        .filter(far -> far.getT1().isPassed(far.getT2()) && isMerged(build, state, far.getT1()))
        .flatMap(far -> take(view, build, far.getT1()))
        .onErrorResume(failure -> later(build, failure));
  }

  private static Mark mark(Map<Integer, GroupPosition> view, Map<Integer, GroupPosition> build) {
    return new Mark(view, Math.max(watermark(view), watermark(build)), 0);
  }

  private static long watermark(Map<Integer, GroupPosition> positions) {
    return positions.values().stream()
        .mapToLong(GroupPosition::watermark)
        .min()
        .orElse(Long.MIN_VALUE);
  }

  /** What PostgreSQL hinders is tried again. */
  private static boolean hasFailed(ViewState state) {
    return state.failure() != null && state.failure().code() != ProblemCode.CATALOG_UNAVAILABLE;
  }

  private Mono<Map<Integer, GroupPosition>> positions(CatalogView view, String topic) {
    return eventLog.groupState(view.group(), topic).map(group -> group.positions());
  }

  private static boolean isMerged(CatalogView build, ViewState state, Mark mark) {
    if (build.kind() == Kind.DERIVED || mark.watermark() == Long.MIN_VALUE) {
      return true;
    }
    // All of its partitions say so: what has failed in one, or is with nobody, does not.
    return state.merged().partitions() == build.stream().definition().storage().partitions()
        && state.merged().closed() >= mark.watermark();
  }

  private Mono<Void> take(CatalogView view, CatalogView build, Mark mark) {
    marks.put(build.generation(), mark.next());
    if (build.kind() == Kind.TOTAL && mark.tries() < TRIES_BEFORE_TOTALS) {
      return Mono.empty();
    }
    return eventLog
        .ends(build.stream().definition())
        .zipWith(told(view))
        .flatMap(
            known ->
                catalog.finishBuild(
                    build,
                    known.getT1(),
                    mark.tries() < EXACT_TRIES,
                    known.getT2().equals(Instant.MIN) ? null : known.getT2()))
        .doOnNext(
            done -> {
              hindered.remove(build.generation());
              if (done) {
                log.info(
                    "View is what was built view={} generation={}",
                    build.name(),
                    build.generation());
              }
            })
        .then();
  }

  /** Up to when the view's webhook has been told of its rows; {@link Instant#MIN}: of none. */
  private Mono<Instant> told(CatalogView view) {
    if (view.definition().webhook() == null) {
      return Mono.just(Instant.MIN);
    }
    return eventLog
        .groupState(view.webhookGroup(), view.stream().definition().topic())
        .map(group -> watermark(group.positions()))
        .map(
            watermark ->
                watermark == Long.MIN_VALUE ? Instant.MIN : Instant.ofEpochMilli(watermark));
  }

  private Mono<Void> later(CatalogView build, Throwable failure) {
    log.info(
        "View cannot be what was built yet view={} generation={} cause={}",
        build.name(),
        build.generation(),
        failure.toString());
    if (failure instanceof ProblemException known
        && known.problem().code() == ProblemCode.CATALOG_UNAVAILABLE) {
      hindered.put(build.generation(), known.problem());
    }
    return Mono.empty();
  }

  @Override
  public void close() {
    looking.dispose();
    sweeping.dispose();
  }
}
