package dev.sluice.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class RunningViewTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void whatFailsSaysWhyAndIsStartedAgain() {
    AtomicInteger starts = new AtomicInteger();
    CountDownLatch seen = new CountDownLatch(1);
    RunningView view =
        new RunningView(
            "failing",
            thread ->
                Flux.<Boolean>generate(
                        sink -> {
                          if (starts.incrementAndGet() == 1) {
                            throw Problem.of(ProblemCode.LOG_UNAVAILABLE, "away").toException();
                          }
                          awaitLatch(seen);
                          sink.next(true);
                        })
                    .subscribeOn(thread));
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(view.failure())
                    .isEqualTo(Problem.of(ProblemCode.LOG_UNAVAILABLE, "away")));
    seen.countDown();
    await().atMost(LIMIT).until(() -> view.failure() == null);
    await().atMost(LIMIT).until(() -> !view.isBehind());
    view.stop().block(LIMIT);
  }

  @Test
  void stopsBetweenTwoStepsAndIsNotInterrupted() {
    AtomicReference<String> closed = new AtomicReference<>("not closed");
    AtomicInteger steps = new AtomicInteger();
    RunningView view =
        new RunningView(
            "stopping",
            thread ->
                Flux.<Boolean, Integer>generate(
                        () -> 0,
                        (state, sink) -> {
                          steps.incrementAndGet();
                          sink.next(false);
                          return state;
                        },
                        state ->
                            closed.set("interrupted: " + Thread.currentThread().isInterrupted()))
                    .subscribeOn(thread));
    await().atMost(LIMIT).until(() -> steps.get() > 0);
    assertThat(view.isBehind()).isTrue();
    view.stop().block(LIMIT);
    assertThat(closed).hasValue("interrupted: false");
  }

  @Test
  void stopsWhileItWaitsToBeStartedAgain() {
    RunningView view =
        new RunningView("waiting", thread -> Flux.error(new IllegalStateException("broken")));
    await().atMost(LIMIT).until(() -> view.failure() != null);
    view.stop().block(LIMIT);
    assertThat(view.failure())
        .isEqualTo(Problem.of(ProblemCode.INTERNAL, "java.lang.IllegalStateException: broken"));
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("nobody looks");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
