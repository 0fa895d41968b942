package dev.sluice.engine.query;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class RoundRobinTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void everySourceIsServedInTurnAlsoWhenOneElementIsAskedForAtATime() {
    Flux<String> turns =
        new RoundRobin<>(List.of(Flux.just("a").repeat(), Flux.just("b").repeat(), Flux.just("c")));

    StepVerifier.create(turns, 0)
        .thenRequest(1)
        .expectNext("a")
        .thenRequest(1)
        .expectNext("b")
        .thenRequest(1)
        .expectNext("c")
        .thenRequest(3)
        .expectNext("a", "b", "a")
        .thenCancel()
        .verify(SOON);
  }

  @Test
  void itHoldsOneElementOfEachAndEndsWithTheLastSource() {
    TestPublisher<Integer> slow = TestPublisher.create();
    TestPublisher<Integer> other = TestPublisher.create();

    StepVerifier.create(new RoundRobin<>(List.of(slow, other)), 0)
        .then(() -> other.next(1))
        .then(() -> other.assertMaxRequested(1))
        .thenRequest(10)
        .expectNext(1)
        .then(other::complete)
        .then(() -> slow.next(2))
        .expectNext(2)
        .then(slow::complete)
        .expectComplete()
        .verify(SOON);
  }

  @Test
  void whoLeavesLeavesAll() {
    TestPublisher<Integer> one = TestPublisher.create();
    TestPublisher<Integer> two = TestPublisher.create();

    StepVerifier.create(new RoundRobin<>(List.of(one, two))).thenCancel().verify(SOON);

    one.assertCancelled();
    two.assertCancelled();
  }
}
