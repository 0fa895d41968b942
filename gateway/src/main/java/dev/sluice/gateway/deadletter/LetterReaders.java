package dev.sluice.gateway.deadletter;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.quota.LastingAnswer;
import dev.sluice.gateway.quota.Quotas;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Who reads letters as a stream: so many at a time, each as fast as its connection takes them. */
final class LetterReaders {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final int LOOKS = 600;

  private final int most;
  private final Expiry expiry;
  private final Quotas quotas;
  private final Stopping stopping;
  private final AtomicInteger reading = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  LetterReaders(int most, Expiry expiry, Quotas quotas, Stopping stopping, Flow flow) {
    this.most = most;
    this.expiry = expiry;
    this.quotas = quotas;
    this.stopping = stopping;
    flow.add(
        new Buffer(
                Label.of(Stage.DOORS_OUT, "dead-letter-readers"),
                new Buffer.Room("connections", reading::get, most),
                "refused with SUBSCRIBER_LIMIT")
            .dropping("connections", refused::sum));
  }

  /**
   * One more who reads, as long as its token holds and the gateway does not stop; fails with
   * SUBSCRIBER_LIMIT.
   */
  Mono<ServerResponse> answer(
      ServerRequest request, MediaType type, byte[] opening, Flux<byte[]> pages) {
    Flux<byte[]> whileAllowed = expiry.until(Caller.of(request.exchange()), pages);
    Flux<byte[]> read = Flux.concat(Mono.just(opening), counted(whileAllowed));
    return admit().then(LastingAnswer.of(request, quotas, type, read));
  }

  private Mono<Void> admit() {
    return Mono.fromRunnable(
        () -> {
          if (reading.get() >= most) {
            refused.increment();
            throw Problem.of(
                    ProblemCode.SUBSCRIBER_LIMIT,
                    "already "
                        + most
                        + " read dead letters: read later, or raise"
                        + " sluice.dead-letters.max-readers")
                .toException();
          }
        });
  }

  /** Room is taken when it is read. */
  private <T> Flux<T> counted(Flux<T> pages) {
    return Flux.defer(
        () -> {
          reading.incrementAndGet();
          return pages
              .takeUntilOther(stopping.asMono())
              .doFinally(end -> reading.decrementAndGet());
        });
  }

  /** Completes when a connection can take more; fails if it does not for a minute. */
  static Mono<Void> room(Channel channel) {
    return Mono.defer(() -> channel.isWritable() ? Mono.just(true) : Mono.<Boolean>empty())
        .repeatWhenEmpty(looks -> looks.take(LOOKS).delayElements(LOOK_AGAIN))
        .switchIfEmpty(Mono.error(LetterReaders::tooSlow))
        .then();
  }

  /** Whether that is what {@link #room} fails with. */
  static boolean isSlow(Throwable failure) {
    return failure instanceof ProblemException known
        && known.problem().code() == ProblemCode.SLOW_SUBSCRIBER;
  }

  private static RuntimeException tooSlow() {
    return Problem.of(
            ProblemCode.SLOW_SUBSCRIBER,
            "nothing was read for a minute: come back with the last id")
        .toException();
  }
}
