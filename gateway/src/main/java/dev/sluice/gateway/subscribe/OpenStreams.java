package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The answers that are being written. They end when the gateway stops, before the server waits for
 * its open requests: an endless one would keep it waiting. Whoever reads one is told that it is not
 * whole.
 *
 * <p>Gauge {@code sluice.query.streams}: answers being written now.
 */
@Component
class OpenStreams implements SmartLifecycle {
  private static final Mono<QueryEvent> STOPS =
      Mono.fromSupplier(
          () ->
              QueryEvent.error(
                  Problem.of(
                      ProblemCode.OVERLOADED,
                      "the gateway stops, and the answer is not whole: ask again")));

  private final AtomicInteger open = new AtomicInteger();
  private volatile Sinks.Empty<Void> stop = Sinks.empty();
  private volatile boolean running;

  OpenStreams(MeterRegistry meters) {
    meters.gauge("sluice.query.streams", open);
  }

  Flux<QueryEvent> untilStop(Flux<QueryEvent> answer) {
    return Flux.defer(
        () -> {
          open.incrementAndGet();
          return answer
              .takeUntilOther(stop.asMono())
              .concatWith(STOPS)
              .takeUntil(OpenStreams::isLast)
              .doFinally(end -> open.decrementAndGet());
        });
  }

  private static boolean isLast(QueryEvent event) {
    return event.kind() == Kind.END || event.kind() == Kind.ERROR;
  }

  @Override
  public void start() {
    stop = Sinks.empty();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    stop.tryEmitEmpty();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
