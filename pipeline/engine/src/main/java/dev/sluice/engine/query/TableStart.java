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
  private final Range range;
  private final Offsets at;

  /**
   * @param range that is asked for; has its ends if it ends at the present
   * @param at where that begins in the log, if the table reaches back so far
   */
  TableStart(ViewRows.Reading rows, Range range, Offsets at) {
    this.rows = rows;
    this.range = range;
    this.at = at;
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
    List<Long> ends = range.ends();
    if (extent == null || (extent.replaces() && ends != null && range.cut() != null)) {
      return false;
    }
    long[] until = new long[at.offsets().length];
    for (int p = 0; p < until.length; p++) {
      long end = ends == null ? Long.MAX_VALUE : ends.get(p);
      // A row that took another's place after the question was asked is there in its stead.
      until[p] = extent.replaces() ? Math.max(end, extent.next()[p]) : end;
    }
    computation.startAt(range.from(), beginning(extent), until);
    return true;
  }

  /** Who asks for the earliest is not owed what the table has lost, now or after a cut. */
  private Offsets beginning(ViewRows.Extent extent) {
    return range.start() == Range.Start.EARLIEST
        ? new Offsets(extent.whole(), at.watermarks())
        : at;
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
