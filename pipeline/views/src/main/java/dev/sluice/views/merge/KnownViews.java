package dev.sluice.views.merge;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a view that is gone from one that is not known yet: a process may read deltas of a view
 * before it has heard of it.
 */
final class KnownViews {
  private final MergedViews views;
  private final Duration patience;

  /**
   * @param patience how long to wait for a view that is not known yet
   */
  KnownViews(MergedViews views, Duration patience) {
    this.views = views;
    this.patience = patience;
    views.onChange(this::wake);
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** As {@link MergedViews#revision}. */
  long revision() {
    return views.revision();
  }

  /** Whether there was such a view, and is none any more. */
  boolean isGone(long generation) {
    // In this order: what comes with a revision is there no later than it.
    return generation <= views.revision() && !views.has(generation);
  }

  /**
   * The view of a generation, waited for on the calling thread; null if it is gone.
   *
   * @throws StreamsException if the catalog does not tell in time: nothing is dropped, and the
   *     application begins again with what is committed
   * @throws dev.sluice.model.problem.ProblemException its SQL is not valid any more
   */
  @Nullable MergedView await(long generation) {
    if (generation > views.revision()) {
      awaitRevision(generation);
    }
    return views.find(generation);
  }

  private synchronized void awaitRevision(long wanted) {
    long end = System.nanoTime() + patience.toNanos();
    while (wanted > views.revision()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new StreamsException(
            "the catalog, which is at revision "
                + views.revision()
                + ", did not tell of view "
                + wanted
                + " within "
                + patience);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StreamsException("interrupted", e);
      }
    }
  }
}
