package dev.sluice.gateway.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that decode. What waits for one is bounded by {@link IngestBudget}: every frame that
 * waits has its room.
 */
final class IngestThreads implements AutoCloseable {
  private final List<Scheduler> threads = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  IngestThreads(int count) {
    for (int i = 0; i < count; i++) {
      threads.add(Schedulers.newSingle("sluice-ingest", true));
    }
  }

  /** One of them, each in its turn: a connection keeps the one it got. */
  Scheduler next() {
    return threads.get(Math.floorMod(next.getAndIncrement(), threads.size()));
  }

  /** The one for all that comes from there. */
  Scheduler of(String origin) {
    return threads.get(Math.floorMod(origin.hashCode(), threads.size()));
  }

  @Override
  public void close() {
    threads.forEach(Scheduler::dispose);
  }
}
