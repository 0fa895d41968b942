package dev.sluice.views;

import dev.sluice.engine.catalog.ViewState;
import dev.sluice.engine.catalog.ViewStates;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Says how the views of this process are, where the gateways read it: at most once a second, when
 * something has changed, and now and then when nothing has. While PostgreSQL is away nothing is
 * said, and nothing is kept to be said later.
 */
final class StateTelling implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StateTelling.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration REPEATED = ViewStates.FORGOTTEN.dividedBy(3);

  private final String process = UUID.randomUUID().toString();
  private final ViewStates states;
  private final Disposable telling;
  private List<ViewState> told = List.of();
  private long toldAt;

  /**
   * @param now how they are
   * @param thread that asks for it
   */
  StateTelling(ViewStates states, Supplier<List<ViewState>> now, Scheduler thread) {
    this.states = states;
    this.telling =
        Flux.interval(EVERY)
            .onBackpressureDrop()
            .concatMap(
                tick ->
                    Mono.fromSupplier(now)
                        .subscribeOn(thread)
                        .flatMap(this::tell)
                        .onErrorResume(StateTelling::later),
                1)
            .subscribe(nothing -> {}, failure -> log.error("Views' states are not told", failure));
  }

  private Mono<Void> tell(List<ViewState> now) {
    long at = System.nanoTime();
    boolean due = !now.isEmpty() && at - toldAt > REPEATED.toNanos();
    if (now.equals(told) && !due) {
      return Mono.empty();
    }
    return states
        .tell(process, now)
        .doOnSuccess(
            done -> {
              told = now;
              toldAt = at;
            });
  }

  private static Mono<Void> later(Throwable failure) {
    if (failure instanceof ProblemException) {
      log.debug("Views' states were not told", failure);
    } else {
      log.warn("Views' states were not told", failure);
    }
    return Mono.empty();
  }

  /** Says that it keeps no view any more. */
  Mono<Void> gone() {
    return Mono.fromRunnable(telling::dispose).then(states.tell(process, List.of()));
  }

  @Override
  public void close() {
    telling.dispose();
  }
}
