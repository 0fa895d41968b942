package dev.sluice.engine.query;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.reference.TableCopy;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.EventBatch.Whole;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a batch is for a plan's operator: events within its times that are no duplicates, joined
 * with reference tables, and that its filter lets through. Accounts the others.
 */
final class Intake {
  /** A thread's own, so that it stays in its processor's cache. */
  private static final ThreadLocal<int[]> SELECTED =
      ThreadLocal.withInitial(() -> new int[EventBatch.MAX_ROWS]);

  private final PseudoColumns columns;
  private final @Nullable SharedFilter filter;
  private final @Nullable Lookups lookups;
  private final @Nullable Expression joinedFilter;

  /**
   * @param filter what of the plan's comes before its joins, with others who have the same
   * @param tables that the plan joins, in its order
   */
  Intake(QueryPlan plan, @Nullable SharedFilter filter, List<TableCopy> tables) {
    this.columns = new PseudoColumns(plan);
    this.filter = filter;
    this.lookups = plan.joins().isEmpty() ? null : new Lookups(plan, tables);
    this.joinedFilter = FilterParts.of(plan).after();
  }

  /**
   * Those of some rows of a batch; good until the thread takes the next.
   *
   * @param first of the rows
   * @param end after the last of them
   * @param from first event time, ms of the epoch
   * @param to after the last event time
   */
  Rows take(EventBatch batch, int first, int end, long from, long to, Accounting accounting) {
    Rows own = own(batch, first, end, from, to, accounting);
    Rows let = filter == null ? own : filter.where(batch, own, SELECTED.get());
    if (lookups != null && let.count() > 0) {
      let = lookups.join(let);
      let = joinedFilter == null ? let : Filters.where(joinedFilter, let, SELECTED.get());
    }
    accounting.filtered += own.count() - let.count();
    return let;
  }

  /** The rows that are neither outside nor duplicates. */
  private Rows own(
      EventBatch batch, int first, int end, long from, long to, Accounting accounting) {
    Column[] fields = columns.of(batch);
    Whole whole = batch.log().whole();
    if (whole != null
        && end - first == batch.size()
        && whole.earliest() >= from
        && whole.latest() < to) {
      accounting.duplicate += batch.size() - whole.count();
      return new Rows(fields, batch.size(), whole.distinct(), whole.count());
    }
    long[] times = batch.log().eventTime();
    long[] duplicates = batch.log().duplicates();
    int[] selected = new int[end - first];
    int count = 0;
    int outside = 0;
    for (int row = first; row < end; row++) {
      if (times[row] < from || times[row] >= to) {
        outside++;
      } else if (!Bitmap.get(duplicates, row)) {
        selected[count++] = row;
      }
    }
    accounting.outside += outside;
    accounting.duplicate += end - first - outside - count;
    return new Rows(fields, batch.size(), selected, count);
  }
}
