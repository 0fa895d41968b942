package dev.sluice.gateway.http;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Tells when the gateway stops, before the server waits for its open requests: what would go on for
 * ever ends then, or it would keep the server waiting.
 */
@Component
public final class Stopping implements SmartLifecycle {
  private volatile Sinks.Empty<Void> stop = Sinks.empty();
  private volatile boolean running;

  /** Completes when the gateway stops; at once if it has stopped. Subscribe while it runs. */
  public Mono<Void> asMono() {
    return Mono.defer(() -> stop.asMono());
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
