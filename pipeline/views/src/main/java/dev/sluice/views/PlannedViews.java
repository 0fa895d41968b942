package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.CatalogView;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.catalog.Views;
import dev.sluice.engine.view.ViewPlan;
import dev.sluice.engine.view.ViewPlans;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.views.merge.MergedView;
import dev.sluice.views.merge.MergedViews;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The views that there are, each planned once. Any thread; the first who asks waits for a plan. */
final class PlannedViews implements MergedViews {
  private final Views views;
  private final Streams streams;
  private final ViewPlans planner;
  private final Map<Long, ViewPlan> plans = new ConcurrentHashMap<>();

  PlannedViews(Views views, Streams streams, ViewPlans planner) {
    this.views = views;
    this.streams = streams;
    this.planner = planner;
    views.onChange(name -> plans.keySet().removeIf(generation -> !has(generation)));
  }

  /**
   * @throws dev.sluice.model.problem.ProblemException its SQL is not valid any more
   */
  ViewPlan plan(CatalogView view) {
    return plans.computeIfAbsent(view.generation(), generation -> planner.of(view));
  }

  /**
   * The stream that a view feeds; null if it feeds none.
   *
   * @throws dev.sluice.model.problem.ProblemException the catalog does not show it
   */
  @Nullable CatalogStream target(CatalogView view) {
    String into = view.definition().into();
    CatalogStream target = into == null ? null : streams.find(into);
    if (into != null && target == null) {
      throw Problem.of(
              ProblemCode.STREAM_UNKNOWN,
              "the stream %s, which %s feeds, cannot be found".formatted(into, view.name()))
          .toException();
    }
    return target;
  }

  @Override
  public long revision() {
    return views.revision();
  }

  @Override
  public boolean has(long generation) {
    return of(generation) != null;
  }

  @Override
  public @Nullable MergedView find(long generation) {
    CatalogView view = of(generation);
    return view == null
        ? null
        : new MergedView(generation, view.stream(), plan(view).plan(), target(view));
  }

  private @Nullable CatalogView of(long generation) {
    for (CatalogView view : views.kept()) {
      if (view.generation() == generation) {
        return view;
      }
    }
    return null;
  }

  @Override
  public void onChange(Runnable listener) {
    views.onChange(name -> listener.run());
  }
}
