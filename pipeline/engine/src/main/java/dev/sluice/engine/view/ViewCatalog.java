package dev.sluice.engine.view;

import dev.sluice.engine.catalog.Catalog;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.DeclaredView;
import dev.sluice.engine.catalog.PlannedView;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.plan.Join;
import dev.sluice.engine.plan.PlanText;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.sql.ReadRights;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.ViewSource;
import dev.sluice.model.view.ViewDefinition;
import dev.sluice.model.view.Webhook;
import dev.sluice.model.view.WebhookReach;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Defines views: plans them, and enters them into the catalog. */
public final class ViewCatalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewCatalog.class);
  private static final int WAITING = 256;

  private final Catalog catalog;
  private final ViewPlans plans;
  private final ViewSettings settings;
  private final WebhookReach reach;
  private final Mono<Integer> partitions;
  private final Turns turns = new Turns(WAITING);
  private final Clock clock = Clock.systemUTC();
  private final Scheduler planning =
      Schedulers.newBoundedElastic(1, WAITING, "sluice-view-plan", 60, true);

  /**
   * @param log in which the views' topics are
   * @param reach where webhooks may go
   */
  public ViewCatalog(Catalog catalog, EventLog log, ViewSettings settings, WebhookReach reach) {
    this.catalog = catalog;
    this.settings = settings;
    this.reach = reach;
    this.plans = new ViewPlans(catalog, settings);
    this.partitions = partitions(log, settings).cacheInvalidateIf(known -> false);
  }

  /** The same with webhooks that go to public addresses alone. */
  public ViewCatalog(Catalog catalog, EventLog log, ViewSettings settings) {
    this(catalog, log, settings, WebhookReach.PUBLIC);
  }

  /**
   * How many partitions views that group have: as many as the topic between their stages, which is
   * made if it is not there. Fails with LOG_UNAVAILABLE.
   */
  public static Mono<Integer> partitions(EventLog log, ViewSettings settings) {
    return log.createTopic(ViewSettings.PARTIALS, settings.partitions())
        .doOnNext(
            there -> {
              if (there != settings.partitions()) {
                LOG.warn(
                    "sluice.views.partitions is {}, but the topic {} has {} partitions, and so have"
                        + " views that group: say {}",
                    settings.partitions(),
                    ViewSettings.PARTIALS,
                    there,
                    there);
              }
            });
  }

  /**
   * Makes the view be as defined.
   *
   * @param keep whether what is built instead of it keeps rows that the log has no more of
   * @param rights of who defines it, which all that it reads needs
   * @return fails with FORBIDDEN, as {@link ViewPlans#plan} and {@link Catalog#declareView} do,
   *     with VIEW_INVALID if nothing can be kept, and with OVERLOADED; may be asked again whatever
   *     happened
   */
  public Mono<DeclaredView> declare(ViewDefinition view, boolean keep, ReadRights rights) {
    return planned(spread -> planned(completed(view), spread, keep, rights))
        .flatMap(planned -> turns.inTurn(catalog.declareView(planned)));
  }

  /** Makes the view be as defined, by the log alone. */
  public Mono<DeclaredView> declare(ViewDefinition view) {
    return declare(view, false, ReadRights.ALL);
  }

  /**
   * Builds a view again beside what it is.
   *
   * @param keep whether it keeps rows that the log has no more of
   * @return empty if there is none of that name; fails as {@link #declare}
   */
  public Mono<DeclaredView> rebuild(String name, boolean keep) {
    return Mono.justOrEmpty(catalog.findView(name))
        .flatMap(
            view ->
                planned(
                    spread -> plan(view.definition(), spread, keep ? view : null, ReadRights.ALL)))
        .flatMap(planned -> turns.inTurn(catalog.rebuildView(planned)));
  }

  /**
   * @param plan of a view whose groups have so many partitions
   */
  private Mono<PlannedView> planned(IntFunction<PlannedView> plan) {
    return Mono.fromCallable(() -> plan.apply(settings.partitions()))
        .subscribeOn(planning)
        .onErrorMap(RejectedExecutionException.class, ViewCatalog::overloaded)
        .flatMap(planned -> spread(planned, plan));
  }

  private Mono<PlannedView> spread(PlannedView planned, IntFunction<PlannedView> plan) {
    ViewSource made = planned.result().view();
    if (made == null || made.kind() == ViewSource.Kind.DERIVED) {
      return Mono.just(planned);
    }
    return partitions
        .publishOn(planning)
        .map(there -> there == settings.partitions() ? planned : plan.apply(there));
  }

  /** With what its webhook has kept or gets now. */
  private ViewDefinition completed(ViewDefinition view) {
    Webhook webhook = view.webhook();
    if (webhook == null) {
      return view;
    }
    reach.require(webhook);
    CatalogView there = catalog.findView(view.name());
    Webhook before = there == null ? null : there.definition().webhook();
    return view.withWebhook(
        webhook.completed(before, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
  }

  /**
   * @param spread partitions of a view that groups
   */
  private PlannedView planned(ViewDefinition view, int spread, boolean keep, ReadRights rights) {
    CatalogStream taken = catalog.find(view.name());
    if (taken != null && taken.definition().view() == null) {
      throw Problem.ofField(
              ProblemCode.NAME_TAKEN,
              "name",
              view.name()
                  + " is a stream, and streams, views and tables share their names: choose another")
          .toException();
    }
    CatalogView there = catalog.findView(view.name());
    if (there != null && there.definition().sql().equals(view.sql())) {
      plans.of(there).plan().sources().forEach(rights::require);
      return new PlannedView(view, there.stream().definition(), source(there.source()), List.of());
    }
    return plan(view, spread, keep ? there : null, rights);
  }

  /**
   * @param before of which rows are kept; null: none are
   */
  private PlannedView plan(
      ViewDefinition view, int spread, @Nullable CatalogView before, ReadRights rights) {
    ViewPlan plan = plans.plan(view, rights);
    return new PlannedView(
        view,
        ViewStream.of(view, plan, spread),
        source(plan.plan()),
        PlanText.fieldsRead(plan.plan()),
        plan.plan().joins().stream().map(Join::table).toList(),
        before == null ? null : Keeping.of(before, plans.of(before), plan));
  }

  /** The stream as it was planned with. */
  private CatalogStream source(QueryPlan plan) {
    CatalogStream source = source(plan.stream().name());
    if (!source.definition().fields().equals(plan.stream().fields())) {
      throw Problem.of(
              ProblemCode.STREAM_CHANGED, plan.stream().name() + " was changed just now: ask again")
          .toException();
    }
    return source;
  }

  private CatalogStream source(String name) {
    CatalogStream source = catalog.find(name);
    if (source == null) {
      throw Problem.of(ProblemCode.STREAM_CHANGED, name + " was deleted just now: ask again")
          .toException();
    }
    return source;
  }

  private static RuntimeException overloaded(RejectedExecutionException full) {
    return Problem.of(ProblemCode.OVERLOADED, "too many views wait to be planned: ask again")
        .toException(full);
  }

  @Override
  public void close() {
    planning.dispose();
  }
}
