package dev.sluice.engine.query;

import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.table.ViewRows;
import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table on its way to one computation, which it comes to before the log does. */
final class TableStart {
  private static final Logger log = LoggerFactory.getLogger(TableStart.class);

  private final ViewRows.Reading rows;
  private final long from;
  private final Offsets at;
  private final List<Long> ends;
  private final boolean resumed;

  /**
   * @param from first event time of the question, ms of the epoch
   * @param at where the question begins in the log
   * @param ends of the question
   * @param resumed whether something of it was had before
   */
  TableStart(ViewRows.Reading rows, long from, Offsets at, List<Long> ends, boolean resumed) {
    this.rows = rows;
    this.from = from;
    this.at = at;
    this.ends = ends;
    this.resumed = resumed;
  }

  /**
   * @param onReady called once, when {@link #start} can tell; any thread
   */
  void begin(Runnable onReady) {
    rows.begin(onReady);
  }

  /** Starts the computation; false if the table cannot be read, or not for this question. */
  boolean start(Computation computation) {
    ViewRows.Extent extent = rows.extent();
    if (extent == null || (extent.replaces() && resumed)) {
      return false;
    }
    long[] until = new long[ends.size()];
    for (int p = 0; p < until.length; p++) {
      // A row that took another's place after the question was asked is there in its stead.
      until[p] = extent.replaces() ? Math.max(ends.get(p), extent.next()[p]) : ends.get(p);
    }
    computation.startAt(from, at, until);
    return true;
  }

  /** What has come; null if the table cannot be read any more. */
  @Nullable List<EventBatch> poll(Duration timeout) {
    try {
      return rows.poll(timeout);
    } catch (IllegalStateException e) {
      log.warn("A view's table was left, its log goes on cause={}", String.valueOf(e.getCause()));
      return null;
    }
  }

  boolean isExhausted() {
    return rows.isExhausted();
  }

  /** Any thread. */
  void close() {
    rows.close();
  }
}
