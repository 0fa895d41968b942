package dev.sluice.engine.query;

import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Expansion;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hands on the rows that a plan makes of events, as a batch in which several rows have one offset.
 * What is accounted are events all the same: one of which no row is left is filtered, and one is
 * late if its rows are, which have its time.
 */
final class EventRows {
  /** So many events' rows are held at once; fewer, where each is in many windows. */
  private static final int EVENTS_AT_ONCE = 1_024;

  private final Expansion expansion;
  private final int width;
  private final @Nullable Window window;
  private final int atOnce;

  /** Takes rows of a batch; what it accounts itself is nobody's. */
  interface Target {
    void add(EventBatch batch, Rows events, Accounting accounting);
  }

  EventRows(QueryPlan plan, Expansion expansion) {
    this.expansion = expansion;
    this.width = plan.stream().fields().size();
    this.window = plan.reading();
    this.atOnce = (int) Math.max(1, EVENTS_AT_ONCE / expansion.windowsPerEvent());
  }

  void hand(EventBatch batch, Rows events, Accounting accounting, Target target) {
    for (int from = 0; from < events.count(); from += atOnce) {
      int to = Math.min(from + atOnce, events.count());
      int[] some = Arrays.copyOfRange(events.selected(), from, to);
      handSome(batch, events.select(some, some.length), accounting, target);
    }
  }

  private void handSome(EventBatch batch, Rows events, Accounting accounting, Target target) {
    EventBatch expanded = EventExpander.expand(expansion, width, batch, events);
    Rows all = Rows.all(expanded.fields(), expanded.size());
    Rows rows = expansion.where() == null ? all : Filters.where(expansion.where(), all);
    account(expanded, rows, events.count(), accounting);
    if (rows.count() > 0) {
      target.add(expanded, rows, new Accounting());
    }
  }

  private void account(EventBatch expanded, Rows rows, int events, Accounting accounting) {
    long[] offsets = expanded.log().offset();
    int left = 0;
    int late = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      if (i == 0 || offsets[row] != offsets[rows.selected()[i - 1]]) {
        left++;
        late += isLate(expanded, row) ? 1 : 0;
      }
    }
    accounting.filtered += events - left;
    accounting.late += late;
    accounting.counted += left - late;
  }

  private boolean isLate(EventBatch batch, int row) {
    return window != null
        && window.isLate(batch.log().eventTime()[row], batch.log().watermark()[row]);
  }
}
