package dev.sluice.standalone.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Kafka stops for a while, as its clients see it. It ends by itself. Any thread. */
final class KafkaPause implements AutoCloseable {
  static final Duration MOST = Duration.ofSeconds(30);

  private final Relay relay;
  private final Scheduler timer;
  private final Disposable.Swap ending = Disposables.swap();
  private boolean paused;
  private long begin;
  private long end;

  KafkaPause(Relay relay, Scheduler timer) {
    this.relay = relay;
    this.timer = timer;
  }

  /** Pauses for so long from now; one that goes on is never longer than {@link #MOST} in all. */
  synchronized void begin(Duration length) {
    long now = timer.now(TimeUnit.MILLISECONDS);
    if (!paused) {
      begin = now;
      paused = true;
      relay.pause();
    }
    end = Math.min(now + length.toMillis(), begin + MOST.toMillis());
    ending.update(timer.schedule(this::end, end - now, TimeUnit.MILLISECONDS));
  }

  synchronized void end() {
    if (paused) {
      paused = false;
      relay.resume();
    }
  }

  synchronized boolean isPaused() {
    return paused;
  }

  synchronized double secondsLeft() {
    return paused ? Math.max(0, end - timer.now(TimeUnit.MILLISECONDS)) / 1_000.0 : 0;
  }

  @Override
  public void close() {
    ending.dispose();
    end();
  }
}
