package dev.sluice.engine.query;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Where questions are planned: a few threads, for which a bounded number of questions waits. */
final class Planning implements AutoCloseable {
  private static final int PLANNERS = 2;
  private static final int PLANS_WAITING = 1_000;

  private final Scheduler threads =
      Schedulers.newBoundedElastic(PLANNERS, PLANS_WAITING, "sluice-plan", 60, true);

  /** Questions that are planned, or wait for it. */
  private final AtomicInteger planned = new AtomicInteger();

  private final LongAdder unplanned = new LongAdder();

  Planning(Flow flow) {
    flow.add(
        new Buffer(
                Label.of(Stage.QUERIES, "plan"),
                new Buffer.Room("questions", planned::get, PLANNERS * (PLANS_WAITING + 1)),
                "refused with OVERLOADED")
            .dropping("questions", unplanned::sum));
  }

  /** Where what follows planning goes on. */
  Scheduler threads() {
    return threads;
  }

  <T> Mono<T> plan(Callable<T> plan) {
    return Mono.fromCallable(plan)
        .subscribeOn(threads)
        .onErrorMap(RejectedExecutionException.class, this::refused)
        .doOnSubscribe(asked -> planned.incrementAndGet())
        .doFinally(end -> planned.decrementAndGet());
  }

  private RuntimeException refused(RejectedExecutionException full) {
    unplanned.increment();
    return Problem.of(ProblemCode.OVERLOADED, "too many questions wait to be planned: ask again")
        .toException(full);
  }

  /** Plans something once, aside, so that nobody waits for the planner's first time. */
  void warmUp() {
    threads.schedule(SqlPlanner::warmUp);
  }

  @Override
  public void close() {
    threads.dispose();
  }
}
