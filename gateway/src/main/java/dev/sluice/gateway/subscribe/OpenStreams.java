package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.LiveQuery;
import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.gateway.http.Stopping;
import dev.sluice.gateway.quota.Asked;
import dev.sluice.gateway.security.Caller;
import dev.sluice.gateway.security.Expiry;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The answers that are being written. They end when the gateway stops, the token of who asked
 * expires, or their queries hold more than their quota; whoever reads one is told that it is not
 * whole.
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
  private final Expiry expiry;

  OpenStreams(MeterRegistry meters, Stopping stopping, Expiry expiry) {
    this.stopping = stopping;
    this.expiry = expiry;
    meters.gauge("sluice.query.streams", open);
  }

  /**
   * The answer until the gateway stops, or the caller may have no more of it.
   *
   * @param outbound bytes that wait in the connection
   */
  Flux<QueryEvent> answer(
      Caller caller, Asked asked, LiveQuery query, Format format, LongSupplier outbound) {
    return Flux.defer(
        () -> {
          open.incrementAndGet();
          return expiry
              .until(caller, asked.until(query::stateBytes, query.events(format, outbound)))
              .takeUntilOther(stopping.asMono())
              .concatWith(STOPS)
              .onErrorResume(
                  ProblemException.class, over -> Mono.just(QueryEvent.error(over.problem())))
              .takeUntil(OpenStreams::isLast)
              .doFinally(end -> open.decrementAndGet());
        });
  }

  private static boolean isLast(QueryEvent event) {
    return event.kind() == Kind.END || event.kind() == Kind.ERROR;
  }
}
