package dev.sluice.views.partials;

import dev.sluice.engine.log.GroupPosition;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A stage on a thread of its own, and the last that it said. */
final class RunningStage implements AutoCloseable {
  private final Scheduler scheduler = Schedulers.newSingle("stage", true);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile Map<Integer, GroupPosition> positions = Map.of();
  private volatile @Nullable Throwable failure;

  RunningStage(Flux<Reading> stage) {
    stage
        .takeWhile(told -> !stopping)
        .doFinally(end -> ended.countDown())
        .subscribeOn(scheduler)
        .subscribe(told -> positions = told.committed(), thrown -> failure = thrown);
  }

  Map<Integer, GroupPosition> positions() {
    if (failure != null) {
      throw new AssertionError(failure);
    }
    return positions;
  }

  long read() {
    return positions().values().stream().mapToLong(at -> at.fates().read()).sum();
  }

  @Override
  public void close() {
    stopping = true;
    try {
      if (!ended.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the stage does not end");
      }
      // It closes what it has.
      scheduler.disposeGracefully().block(SourceBed.LIMIT);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
