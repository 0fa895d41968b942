package dev.sluice.views;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogSettings;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.ViewState;
import dev.sluice.engine.catalog.ViewState.Merged;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.reference.ReferenceCopies;
import dev.sluice.engine.reference.TableCopy;
import dev.sluice.engine.silence.Heard;
import dev.sluice.engine.silence.Punctuator;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.engine.view.ViewCatalog;
import dev.sluice.engine.view.ViewPlan;
import dev.sluice.engine.view.ViewPlans;
import dev.sluice.engine.view.ViewSettings;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.views.merge.Merge;
import dev.sluice.views.merge.MergeSettings;
import dev.sluice.views.partials.PartialsSettings;
import dev.sluice.views.partials.PartialsTopic;
import dev.sluice.views.partials.Reading;
import dev.sluice.views.partials.ViewPartials;
import dev.sluice.views.table.Tables;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * One process of the pipeline: keeps the views that the catalog has, together with all other
 * processes.
 */
public final class Pipeline implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
  private static final long CLOSE_SECONDS = 8;
  private static final String APPLICATION = "sluice-merge";

  private final PartialsSettings bounds;
  private final MergeSettings merging;
  private final Clock clock = Clock.systemUTC();
  private final KafkaEventLog eventLog;
  private final Catalog catalog;
  private final PlannedViews planned;
  private final SourcesHeard heard;
  private final Punctuator punctuator;
  private final Scheduler thread = Schedulers.newSingle("sluice-pipeline", true);
  private final AtomicBoolean asked = new AtomicBoolean();

  /** The topic between the stages, made when the first view needs it. */
  private final Mono<PartialsTopic> topic;

  private final Tables tables;
  private final Webhooks webhooks;
  private final StateTelling telling;
  private final ReferenceCopies references;
  private final Builds builds;

  // Of the pipeline's thread.
  private final Map<Long, Running> running = new HashMap<>();

  /** Why views cannot be planned. */
  private final Map<Long, Problem> invalid = new HashMap<>();

  /** Why the second stage has given views up. */
  private final Map<Long, Problem> failed = new HashMap<>();

  private @Nullable Merge merge;

  /** A view, and what it was started with. */
  private record Running(CatalogView view, CatalogStream source, RunningView stage) {
    boolean is(CatalogView wanted, @Nullable CatalogStream from) {
      return view.stream().equals(wanted.stream())
          && view.definition().late() == wanted.definition().late()
          && source.equals(from);
    }
  }

  private Pipeline(PipelineSettings settings, KafkaEventLog eventLog, Catalog catalog, Flow flow) {
    this.bounds = bounds(settings);
    this.merging = merging(settings);
    this.eventLog = eventLog;
    this.catalog = catalog;
    this.planned =
        new PlannedViews(catalog, catalog, new ViewPlans(catalog, settings.views().toSettings()));
    this.heard = new SourcesHeard(eventLog);
    this.punctuator = new Punctuator(eventLog, heard::now, clock);
    this.topic =
        ViewCatalog.partitions(eventLog, settings.views().toSettings())
            .map(partitions -> new PartialsTopic(ViewSettings.PARTIALS, partitions))
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                    .maxBackoff(LONGEST_BACKOFF)
                    .jitter(0.5))
            .cache();
    CatalogSettings postgres = settings.servers().postgres().toSettings();
    this.webhooks = new Webhooks(eventLog, settings.webhooks(), clock);
    this.tables = new Tables(catalog, planned::plan, eventLog, postgres, clock, flow);
    this.telling = new StateTelling(catalog.viewStates(), this::states, thread);
    this.builds = new Builds(catalog, eventLog);
    this.references = new ReferenceCopies(postgres, settings.tables().toSettings(), clock);
  }

  /**
   * Opens the catalog and runs its views from then on.
   *
   * <p>Waits for the catalog, on the calling thread, also while its database is away: for start-up
   * only. A Kafka that is away is waited for by each view.
   *
   * @throws IllegalStateException the database lets nobody in, or cannot be migrated
   */
  public static Pipeline start(PipelineSettings settings) {
    // What is out of its range is said before anything starts.
    bounds(settings);
    merging(settings);
    settings.views().toSettings();
    settings.tables().toSettings();
    CatalogSettings postgres = settings.servers().postgres().toSettings();
    PipelineSettings.Servers servers = settings.servers();
    KafkaSettings usual = KafkaSettings.of(servers.kafka());
    Flow flow = new Flow(new SimpleMeterRegistry());
    KafkaEventLog eventLog =
        new KafkaEventLog(
            new KafkaSettings(
                servers.kafka(),
                servers.replicationFactor(),
                usual.producerMemory(),
                usual.appendQueue(),
                usual.deliveryTimeout(),
                settings.reading().dedupeCapacity()),
            new SchemaRegistry(servers.schemaRegistry()),
            flow);
    try {
      Catalog catalog = Catalog.open(postgres, eventLog);
      Pipeline pipeline = new Pipeline(settings, eventLog, catalog, flow);
      catalog.onChange(name -> pipeline.follow());
      pipeline.follow();
      return pipeline;
    } catch (RuntimeException e) {
      eventLog.close();
      throw e;
    }
  }

  /** Has the pipeline's thread look at the catalog: once, however often it is asked meanwhile. */
  private void follow() {
    if (!thread.isDisposed() && asked.compareAndSet(false, true)) {
      thread.schedule(this::startAndStop);
    }
  }

  private void startAndStop() {
    asked.set(false);
    Map<Long, CatalogView> wanted = new HashMap<>();
    catalog.kept().forEach(view -> wanted.put(view.generation(), view));
    running.values().removeIf(one -> stopUnless(one, wanted.get(one.view().generation())));
    failed.keySet().retainAll(wanted.keySet());
    invalid.keySet().retainAll(wanted.keySet());
    wanted.forEach(
        (generation, view) -> {
          if (!running.containsKey(generation)) {
            start(view);
          }
        });
    webhooks.follow(catalog.views());
    heard.listenTo(liveSources());
  }

  private boolean stopUnless(Running one, @Nullable CatalogView wanted) {
    if (wanted != null && one.is(wanted, source(wanted))) {
      return false;
    }
    log.info("View stops view={} generation={}", one.view().name(), one.view().generation());
    one.stage().stop().subscribe();
    return true;
  }

  private void start(CatalogView view) {
    CatalogStream source = source(view);
    if (source == null) {
      // The view is about to be gone too.
      return;
    }
    ViewPlan plan;
    CatalogStream target;
    try {
      plan = planned.plan(view);
      target = planned.target(view);
      invalid.remove(view.generation());
    } catch (ProblemException e) {
      tellOnce(invalid, view.generation(), e.problem());
      return;
    }
    log.info("View starts view={} generation={}", view.name(), view.generation());
    ViewPartials stage =
        new ViewPartials(
            view.group(),
            view.generation(),
            plan.plan(),
            source,
            view.stream(),
            target,
            view.definition().late());
    RunningView stageRunning =
        new RunningView(
            view.name(),
            own ->
                topic
                    .doOnNext(to -> requireSpread(view, plan, to))
                    .flatMapMany(
                        to ->
                            joined(plan.plan())
                                .flatMapMany(
                                    copies ->
                                        stage
                                            .run(eventLog, copies, to, bounds, clock)
                                            .subscribeOn(own)))
                    .map(Reading::atEnd));
    running.put(view.generation(), new Running(view, source, stageRunning));
    if (plan.plan().grouping() != null && merge == null) {
      topic.publishOn(thread).subscribe(made -> startMerge());
    }
  }

  /** What a view reads, with the fields that it had when the view was defined. */
  private @Nullable CatalogStream source(CatalogView view) {
    return catalog.find(view.source(), view.reads().schema());
  }

  /** A view that was made with other settings than the topic between the stages. */
  private static void requireSpread(CatalogView view, ViewPlan plan, PartialsTopic topic) {
    int own = view.stream().definition().storage().partitions();
    if (plan.plan().grouping() != null && own != topic.partitions()) {
      throw Problem.of(
              ProblemCode.VIEW_INVALID,
              "%s has %d partitions and the topic %s has %d: delete the view and define it anew"
                  .formatted(view.name(), own, topic.name(), topic.partitions()))
          .toException();
    }
  }

  /** The tables that a view joins; what it has of them is kept current for as long as it runs. */
  private Mono<List<TableCopy>> joined(QueryPlan plan) {
    return Flux.fromIterable(plan.joins())
        .concatMap(join -> references.open(join.table()))
        .collectList();
  }

  private void startMerge() {
    if (merge == null && !thread.isDisposed()) {
      merge = new Merge(merging, planned, this::tellLater);
    }
  }

  private static PartialsSettings bounds(PipelineSettings settings) {
    return new PartialsSettings(settings.reading().flush(), settings.reading().maxBytes());
  }

  private static MergeSettings merging(PipelineSettings settings) {
    PipelineSettings.Merging merging = settings.merging();
    PipelineSettings.Servers servers = settings.servers();
    return new MergeSettings(
        new MergeSettings.Kafka(
            servers.kafka(), servers.replicationFactor(), APPLICATION, ViewSettings.PARTIALS),
        merging.threads(),
        merging.standbys(),
        merging.commit(),
        new MergeSettings.State(merging.maxGroups(), merging.maxState()));
  }

  private void tellLater(long generation, Problem problem) {
    thread.schedule(() -> tellOnce(failed, generation, problem));
  }

  private static void tellOnce(Map<Long, Problem> failures, long generation, Problem problem) {
    if (!problem.equals(failures.put(generation, problem))) {
      log.warn(
          "View has failed generation={} code={} cause=\"{}\"",
          generation,
          problem.code(),
          problem.detail());
    }
  }

  /** How the views of this process are. */
  private List<ViewState> states() {
    List<ViewState> states = new ArrayList<>();
    invalid.forEach(
        (generation, why) ->
            states.add(new ViewState(generation, true, why, Merged.NONE, null, null)));
    running.values().forEach(one -> states.add(state(one)));
    return states;
  }

  private ViewState state(Running one) {
    long generation = one.view().generation();
    Tables.Status table = tables.status(one.view());
    return new ViewState(
        generation,
        one.stage().isBehind(),
        failure(one, table),
        merge == null ? Merged.NONE : merge.state(generation),
        table == null ? null : Long.valueOf(table.lag()),
        webhooks.failing(generation));
  }

  private @Nullable Problem failure(Running one, Tables.@Nullable Status table) {
    Problem merging = failed.get(one.view().generation());
    Problem reading = one.stage().failure();
    if (merging != null || reading != null) {
      return merging == null ? reading : merging;
    }
    return table == null || table.failing() == null
        ? builds.hindrance(one.view().generation())
        : Problem.of(
            ProblemCode.CATALOG_UNAVAILABLE, "its table is not written: " + table.failing());
  }

  private Map<CatalogStream, String> liveSources() {
    Map<CatalogStream, String> groups = new HashMap<>();
    // A view's own, so that its windows close while it is built anew from long ago.
    List<Running> views = new ArrayList<>(running.values());
    views.sort(Comparator.comparing(one -> Builds.isBuild(catalog, one.view())));
    for (Running one : views) {
      // One for all views of a stream, with whatever schema each reads it.
      CatalogStream source = catalog.find(one.view().source());
      if (source != null && Heard.isLive(source)) {
        groups.putIfAbsent(source, one.view().group());
      }
    }
    return groups;
  }

  /** Leaves everything to the other processes. Waits until that is done, for some seconds. */
  @Override
  public void close() {
    try {
      stopped().then(telling.gone()).toFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("Some views have not stopped in time cause={}", e.toString());
    }
    builds.close();
    telling.close();
    thread.dispose();
    Merge started = merge;
    if (started != null) {
      started.close();
    }
    tables.close();
    references.close();
    punctuator.close();
    heard.close();
    catalog.close();
    eventLog.close();
  }

  private Mono<Void> stopped() {
    return Flux.defer(() -> Flux.fromIterable(running.values()))
        .subscribeOn(thread)
        .flatMap(one -> one.stage().stop())
        .then(Mono.defer(webhooks::stop));
  }
}
