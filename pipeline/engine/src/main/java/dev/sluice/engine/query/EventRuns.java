package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.Inputs;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;

/** The events of a batch that count, in runs of neighbours that go to the same place. */
final class EventRuns {
  private final int[] rows;
  private final long[] starts;
  private final long[] ends;
  private int count;

  /** Takes a run of events: their place, and what there is of them, in these rows. */
  interface Target {
    void add(long start, long end, Inputs inputs, int[] rows, int count);
  }

  EventRuns(int capacity) {
    rows = new int[capacity];
    starts = new long[capacity];
    ends = new long[capacity];
  }

  void keep(int row, long start, long end) {
    rows[count] = row;
    starts[count] = start;
    ends[count++] = end;
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
