package dev.sluice.engine.view;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Has changes made one after the other, so that those of one process do not wait for each other's
 * locks until their time is over. Any thread.
 */
final class Turns {
  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicReference<Mono<Void>> last = new AtomicReference<>(Mono.empty());

  /**
   * @param most that are being made or wait
   */
  Turns(int most) {
    this.most = most;
  }

  /**
   * The change, when all that came before it have ended; fails with OVERLOADED if too many wait.
   */
  <T> Mono<T> inTurn(Mono<T> change) {
    return Mono.defer(
        () -> {
          if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            return Mono.error(
                Problem.of(ProblemCode.OVERLOADED, "too many views are being changed: ask again")
                    .toException());
          }
          Sinks.Empty<Void> ended = Sinks.empty();
          Mono<Void> before = last.getAndSet(ended.asMono());
          return before
              .then(change)
              .doFinally(
                  end -> {
                    waiting.decrementAndGet();
                    // Whoever gives up while it waits hands on the turn, and not before it has it.
                    before.subscribe(nothing -> {}, failure -> {}, ended::tryEmitEmpty);
                  });
        });
  }
}
