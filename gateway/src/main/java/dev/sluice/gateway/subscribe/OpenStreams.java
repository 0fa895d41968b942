package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answers that are being written. They end when the gateway stops; whoever reads one is told
 * that it is not whole.
 *
 * <p>Gauge {@code sluice.query.streams}: answers being written now.
 */
@Component
class OpenStreams {
  private static final Mono<QueryEvent> STOPS =
      Mono.fromSupplier(
          () ->
              QueryEvent.error(
                  Problem.of(
                      ProblemCode.OVERLOADED,
                      "the gateway stops, and the answer is not whole: ask again")));

  private final AtomicInteger open = new AtomicInteger();
  private final Stopping stopping;

  OpenStreams(MeterRegistry meters, Stopping stopping) {
    this.stopping = stopping;
    meters.gauge("sluice.query.streams", open);
  }

  Flux<QueryEvent> untilStop(Flux<QueryEvent> answer) {
    return Flux.defer(
        () -> {
          open.incrementAndGet();
          return answer
              .takeUntilOther(stopping.asMono())
              .concatWith(STOPS)
              .takeUntil(OpenStreams::isLast)
              .doFinally(end -> open.decrementAndGet());
        });
  }

  private static boolean isLast(QueryEvent event) {
    return event.kind() == Kind.END || event.kind() == Kind.ERROR;
  }
}
