package dev.sluice.engine.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class TurnsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Turns turns = new Turns(3);
  private final List<String> begun = new ArrayList<>();

  private Mono<String> change(String name, Sinks.One<String> end) {
    return turns.inTurn(
        Mono.defer(
            () -> {
              begun.add(name);
              return end.asMono();
            }));
  }

  @Test
  void oneBeginsWhenTheOneBeforeHasEndedAlsoBadly() {
    Sinks.One<String> first = Sinks.one();
    Sinks.One<String> second = Sinks.one();
    Sinks.One<String> third = Sinks.one();
    Mono<String> failing = change("a", first).onErrorReturn("failed").cache();
    Mono<String> next = change("b", second).cache();
    Mono<String> last = change("c", third).cache();
    failing.subscribe();
    next.subscribe();
    last.subscribe();
    assertThat(begun).containsExactly("a");

    first.tryEmitError(new IllegalStateException());
    assertThat(begun).containsExactly("a", "b");
    second.tryEmitValue("b is done");
    third.tryEmitValue("c is done");

    StepVerifier.create(last).expectNext("c is done").expectComplete().verify(LIMIT);
    assertThat(begun).containsExactly("a", "b", "c");
  }

  @Test
  void whoGivesUpWhileItWaitsDoesNotLetTheNextOneIn() {
    Sinks.One<String> first = Sinks.one();
    change("a", first).subscribe();
    Disposable given = change("b", Sinks.one()).subscribe();
    change("c", Sinks.one()).subscribe();

    given.dispose();
    assertThat(begun).containsExactly("a");
    first.tryEmitValue("done");
    assertThat(begun).containsExactly("a", "c");
  }

  @Test
  void moreThanMayWaitAreRefused() {
    for (int i = 0; i < 3; i++) {
      change("waits", Sinks.one()).subscribe();
    }

    StepVerifier.create(change("refused", Sinks.one()))
        .expectErrorSatisfies(failure -> assertThat(failure).isInstanceOf(ProblemException.class))
        .verify(LIMIT);
  }
}
