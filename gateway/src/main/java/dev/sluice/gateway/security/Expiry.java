package dev.sluice.gateway.security;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends what a caller began when its token does. */
@Component
public final class Expiry {
  private final Clock clock;

  public Expiry(Clock clock) {
    this.clock = clock;
  }

  /** The problem, when the caller's token expires; never if it does not. */
  public Mono<Problem> of(Caller caller) {
    Instant expires = caller.expires();
    return expires == null
        ? Mono.never()
        : Mono.defer(
            () ->
                Mono.delay(positive(Duration.between(clock.instant(), expires)))
                    .map(over -> Caller.expired()));
  }

  /** Whether it is what {@link #until} fails with. */
  public static boolean isExpiry(Throwable failure) {
    return failure instanceof ProblemException problem
        && problem.problem().code() == ProblemCode.TOKEN_EXPIRED;
  }

  private static Duration positive(Duration left) {
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** The same until the caller's token expires, then TOKEN_EXPIRED as a failure. */
  public <T> Flux<T> until(Caller caller, Flux<T> what) {
    return caller.expires() == null
        ? what
        : what.takeUntilOther(
            of(caller).flatMap(problem -> Mono.<Void>error(problem.toException())));
  }
}
