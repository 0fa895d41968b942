package dev.sluice.engine.query;

import dev.sluice.model.event.EventBatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives a computation a batch's events in portions that take it about two milliseconds: then a
 * query that is too heavy can be made to wait, or ended, in the middle of a batch, and a light one
 * takes it whole. One thread at a time.
 */
final class Portions {
  private static final long AIM_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int FIRST_ROWS = 64;

  private final Computation computation;
  private int rows = FIRST_ROWS;

  Portions(Computation computation) {
    this.computation = computation;
  }

  /**
   * Adds what is next of a batch.
   *
   * @return whether nothing of it is left
   */
  boolean add(EventBatch batch) {
    int first = computation.reach().firstNewRow(batch);
    if (batch.size() - first <= rows) {
      computation.add(batch);
      return true;
    }
    long begun = System.nanoTime();
    computation.add(batch, batch.log().offset()[first + rows]);
    long took = Math.max(1, System.nanoTime() - begun);
    // Once it took long because the processor was somebody else's: no single time decides.
    long right = Math.max(rows / 2, Math.min(4L * rows, rows * AIM_NANOS / took));
    rows = (int) Math.max(1, Math.min(right, EventBatch.MAX_ROWS));
    return computation.reach().ended(batch.partition());
  }
}
