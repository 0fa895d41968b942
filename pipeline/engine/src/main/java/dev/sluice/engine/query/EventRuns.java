package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.Inputs;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * The events of a batch that count, in runs of neighbours that go to the same place. Whether an
 * event counts is decided by its own partition's watermark before it, and by nothing else.
 */
final class EventRuns {
  private final int[] rows;
  private final long[] starts;
  private final long[] ends;
  private int count;

  /** Takes a run of events: their place, and what there is of them, in these rows. */
  interface Target {
    void add(long start, long end, Inputs inputs, int[] rows, int count);
  }

  private EventRuns(int capacity) {
    rows = new int[capacity];
    starts = new long[capacity];
    ends = new long[capacity];
  }

  /**
   * Those that are not late for the window. The place of an event is its tumbling window; or the
   * pane of its hopping windows, from its start, with the end of the first window that the event
   * counts in; or, for sessions, the one place that there is.
   */
  static EventRuns inTime(Window window, EventBatch batch, Rows events) {
    EventRuns runs = new EventRuns(events.count());
    if (window instanceof Tumble tumble) {
      runs.keepInTime(tumble, batch, events);
    } else if (window instanceof Hop hop) {
      runs.keepInTime(hop, batch, events);
    } else {
      runs.keepInTime(batch, events);
    }
    return runs;
  }

  /** Late for a tumbling window is an event before which the watermark had passed its end. */
  private void keepInTime(Tumble window, EventBatch batch, Rows events) {
    long[] times = batch.log().eventTime();
    long[] watermarks = batch.log().watermark();
    int[] selected = events.selected();
    long size = window.size();
    long start = Long.MAX_VALUE;
    for (int i = 0; i < events.count(); i++) {
      int row = selected[i];
      long time = times[row];
      if (time < start || time - start >= size) {
        start = window.startAtOrBefore(time);
      }
      if (watermarks[row] < start + size) {
        keep(row, start, start + size);
      }
    }
  }

  /** Late is an event that is so for all its hopping windows, of which the last closes last. */
  private void keepInTime(Hop window, EventBatch batch, Rows events) {
    long[] times = batch.log().eventTime();
    long[] watermarks = batch.log().watermark();
    int[] selected = events.selected();
    long start = 0;
    long next = 0;
    long firstEnd = 0;
    long lastEnd = 0;
    for (int i = 0; i < events.count(); i++) {
      int row = selected[i];
      long time = times[row];
      if (time < start || time >= next) {
        start = window.paneOf(time);
        next = Math.min(window.startAtOrBefore(time) + window.slide(), window.endAfter(time));
        firstEnd = window.endAfter(time);
        lastEnd = window.lastEnd(time);
      }
      long watermark = watermarks[row];
      if (watermark < firstEnd) {
        keep(row, start, firstEnd);
      } else if (watermark < lastEnd) {
        keep(row, start, window.endAfter(watermark));
      }
    }
  }

  /** Late for a session is an event that is behind the watermark. */
  private void keepInTime(EventBatch batch, Rows events) {
    long[] times = batch.log().eventTime();
    long[] watermarks = batch.log().watermark();
    for (int i = 0; i < events.count(); i++) {
      int row = events.selected()[i];
      if (times[row] >= watermarks[row]) {
        keep(row, 0, 0);
      }
    }
  }

  private void keep(int row, long start, long end) {
    rows[count] = row;
    starts[count] = start;
    ends[count++] = end;
  }

  /** Calls with the offset of each event that is not among them, once. */
  void eachLate(EventBatch batch, Rows events, LongConsumer offset) {
    if (count == events.count()) {
      return;
    }
    long[] offsets = batch.log().offset();
    long told = -1;
    int next = 0;
    for (int i = 0; i < events.count(); i++) {
      int row = events.selected()[i];
      if (next < count && rows[next] == row) {
        next++;
      } else if (offsets[row] != told) {
        // An event may have several rows, which are neighbours.
        told = offsets[row];
        offset.accept(told);
      }
    }
  }

  /** Accounts the kept as counted and the others as late, and hands over the kept. */
  void hand(
      Grouping grouping, EventBatch batch, Rows events, Accounting accounting, Target target) {
    accounting.late += events.count() - count;
    accounting.counted += count;
    if (count == 0) {
      return;
    }
    Inputs inputs = Inputs.of(grouping, events.select(rows, count), batch);
    int from = 0;
    while (from < count) {
      int to = from + 1;
      while (to < count && starts[to] == starts[from] && ends[to] == ends[from]) {
        to++;
      }
      int[] run = from == 0 ? rows : Arrays.copyOfRange(rows, from, to);
      target.add(starts[from], ends[from], inputs, run, to - from);
      from = to;
    }
  }
}
