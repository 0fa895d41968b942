package dev.sluice.views;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * What is done for a view, on a thread of its own. What fails is started again, from what is
 * committed; others do not notice.
 */
final class RunningView {
  private static final Logger log = LoggerFactory.getLogger(RunningView.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LAGGING = Duration.ofSeconds(5);

  private final String name;
  private final Scheduler thread;
  private final Disposable running;
  private final Sinks.Empty<Void> ended = Sinks.empty();
  private volatile boolean stopping;
  private volatile boolean waiting;
  private volatile @Nullable Problem failure;

  /** By {@link System#nanoTime}; null: not yet. */
  private volatile @Nullable Long wasAtEnd;

  /**
   * @param stage made for the thread that it is to run on; says a few times a second whether it has
   *     come to the end of what it reads, and works as long as it says something
   */
  RunningView(String name, Function<Scheduler, Flux<Boolean>> stage) {
    this.name = name;
    thread = Schedulers.newSingle("sluice-view-" + name, true);
    running =
        stage
            .apply(thread)
            .doFirst(() -> waiting = false)
            .doOnNext(this::works)
            // Ends on its own thread, between two steps: whoever is interrupted in a transaction
            // leaves it open, and others wait for it.
            .takeWhile(works -> !stopping)
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                    .maxBackoff(LONGEST_BACKOFF)
                    .jitter(0.5)
                    .transientErrors(true)
                    .filter(cause -> !stopping)
                    .doBeforeRetry(signal -> failed(signal.failure())))
            .doFinally(end -> ended.tryEmitEmpty())
            .subscribe(works -> {}, cause -> log.info("View stopped failing view={}", name, cause));
  }

  private void works(boolean atEnd) {
    failure = null;
    if (atEnd) {
      wasAtEnd = System.nanoTime();
    }
  }

  private void failed(Throwable cause) {
    Problem why =
        cause instanceof ProblemException known
            ? known.problem()
            : Problem.of(ProblemCode.INTERNAL, cause.toString());
    // Once for each reason, however often it is tried again.
    if (!why.equals(failure)) {
      log.warn(
          "View fails, and is tried again view={} code={} cause=\"{}\"",
          name,
          why.code(),
          why.detail(),
          cause);
    }
    failure = why;
    waiting = true;
  }

  /** Why it does not work just now; null if it does. */
  @Nullable Problem failure() {
    return failure;
  }

  /** Whether it has not come to the end of what it reads for some seconds. */
  boolean isBehind() {
    Long at = wasAtEnd;
    return at == null || System.nanoTime() - at > LAGGING.toNanos();
  }

  /**
   * Stops it.
   *
   * @return completes when it has left its group, or after a while
   */
  Mono<Void> stop() {
    stopping = true;
    if (waiting) {
      running.dispose();
    }
    return ended
        .asMono()
        .then(Mono.defer(thread::disposeGracefully))
        .timeout(PATIENCE)
        .onErrorComplete()
        .doFinally(
            end -> {
              running.dispose();
              thread.dispose();
            });
  }
}
