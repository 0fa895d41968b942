package dev.sluice.gateway.ingest;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** Looks every second for devices that have not read an ack for too long. */
final class AckWatch implements AutoCloseable {
  private final Disposable watch;

  AckWatch(FrameCredit credit, Scheduler timer) {
    watch = timer.schedulePeriodically(credit::cutOffUnread, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    watch.dispose();
  }
}
