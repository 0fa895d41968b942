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

  private final ViewRows table;
  private final ViewRows.Wanted wanted;
  private final ViewRows.Reading rows;
  private final Range range;
  private final Offsets at;
  private boolean hasGiven;

  /**
   * @param wanted of the table
   * @param range that is asked for; has its ends if it ends at the present
   * @param at where that begins in the log, if the table reaches back so far
   */
  TableStart(ViewRows table, ViewRows.Wanted wanted, Range range, Offsets at) {
    this.table = table;
    this.wanted = wanted;
    this.rows = table.read(wanted);
    this.range = range;
    this.at = at;
  }

  /**
   * The same from where a computation is by now, if this one has given something; not begun yet.
   *
   * @return null if the log has to go on: the newest rows of a table whose rows replace each other
   *     may be of after its end
   */
  @Nullable TableStart again(long[] positions) {
    ViewRows.Extent extent = rows.extent();
    if (!hasGiven || extent == null || (extent.replaces() && range.ends() != null)) {
      return null;
    }
    return new TableStart(table, wanted.goingOn(positions), range, at);
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
      List<EventBatch> came = rows.poll(timeout);
      hasGiven |= !came.isEmpty();
      return came;
    } catch (IllegalStateException e) {
      log.warn("A view's table was left half-way cause={}", String.valueOf(e.getCause()));
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
