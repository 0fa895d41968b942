package dev.sluice.gateway.subscribe;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * The answers that are being written. They end when the gateway stops, before the server waits for
 * its open requests: an endless one would keep it waiting.
 *
 * <p>Gauge {@code sluice.query.streams}: answers being written now.
 */
@Component
class OpenStreams implements SmartLifecycle {
  private final AtomicInteger open = new AtomicInteger();
  private volatile Sinks.Empty<Void> stop = Sinks.empty();
  private volatile boolean running;

  OpenStreams(MeterRegistry meters) {
    meters.gauge("sluice.query.streams", open);
  }

  <T> Flux<T> untilStop(Flux<T> answer) {
    return Flux.defer(
        () -> {
          open.incrementAndGet();
          return answer.takeUntilOther(stop.asMono()).doFinally(end -> open.decrementAndGet());
        });
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
