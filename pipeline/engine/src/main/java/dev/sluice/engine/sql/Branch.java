package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Split;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.PseudoColumn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the reading, of events or of groups; a side of UNION ALL.
 *
 * @param filters over the events; of groups, what HAVING says
 * @param split what makes several rows of an event; null: nothing does
 * @param windows of which each that an event is in has a row of it; null: there are none
 * @param after filters over the rows of the split and the windows
 * @param columns what stands for each column by now
 */
record Branch(
    List<Expression> filters,
    @Nullable Split split,
    @Nullable Hop windows,
    List<Expression> after,
    List<Expression> columns) {
  Branch {
    filters = List.copyOf(filters);
    after = List.copyOf(after);
    columns = List.copyOf(columns);
  }

  /** All rows, with these columns. */
  static Branch of(List<Expression> columns) {
    return new Branch(List.of(), null, null, List.of(), columns);
  }

  Branch with(List<Expression> others) {
    return new Branch(filters, split, windows, after, others);
  }

  /**
   * The rows for which a condition holds.
   *
   * @param fields how many the events have
   */
  Branch where(Expression condition, int fields) {
    // Every event is in a window, so what is of events alone may be asked before.
    boolean ofEvents =
        windows == null || (after.isEmpty() && !PseudoColumn.isAnyIn(condition.toString(), fields));
    return split == null && ofEvents
        ? new Branch(plus(filters, condition), null, windows, after, columns)
        : new Branch(filters, split, windows, plus(after, condition), columns);
  }

  /** A row for each part, which is a column more. */
  Branch split(Split by, Expression part) {
    return new Branch(filters, by, windows, after, plus(columns, part));
  }

  /** A row for each window. */
  Branch in(Hop each) {
    return new Branch(filters, split, each, after, columns);
  }

  private static List<Expression> plus(List<Expression> list, Expression more) {
    List<Expression> longer = new ArrayList<>(list);
    longer.add(more);
    return longer;
  }
}
