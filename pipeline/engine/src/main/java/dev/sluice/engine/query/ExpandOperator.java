package dev.sluice.engine.query;

import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Expansion;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.event.EventBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of events, and hands them to another operator as a batch in which several rows have
 * one offset. What is accounted are events all the same: one of which no row is left is filtered,
 * and one is late if its rows are, which have its time.
 */
final class ExpandOperator extends OperatorBefore {
  /** So many events' rows are held at once; fewer, where each is in many windows. */
  private static final int EVENTS_AT_ONCE = 1_024;

  private final Expansion expansion;
  private final int width;
  private final @Nullable Window window;
  private final Operator operator;
  private final int atOnce;

  /**
   * @param width how many fields the stream has
   * @param window that the rows are first grouped by; null: nothing is late
   */
  ExpandOperator(Expansion expansion, int width, @Nullable Window window, Operator operator) {
    super(operator);
    this.expansion = expansion;
    this.width = width;
    this.window = window;
    this.operator = operator;
    this.atOnce = (int) Math.max(1, EVENTS_AT_ONCE / expansion.windowsPerEvent());
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    for (int from = 0; from < events.count(); from += atOnce) {
      int to = Math.min(from + atOnce, events.count());
      int[] some = Arrays.copyOfRange(events.selected(), from, to);
      addSome(batch, events.select(some, some.length), accounting, sink);
    }
  }

  private void addSome(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    EventBatch expanded = EventExpander.expand(expansion, width, batch, events);
    Rows all = Rows.all(expanded.fields(), expanded.size());
    Rows rows = expansion.where() == null ? all : Filters.where(expansion.where(), all);
    account(expanded, rows, events.count(), accounting);
    if (rows.count() > 0) {
      operator.add(expanded, rows, new Accounting(), sink);
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
