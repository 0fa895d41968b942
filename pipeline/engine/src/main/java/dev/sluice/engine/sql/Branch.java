package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Split;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows in the reading, of events or of groups; a side of UNION ALL.
 *
 * @param filters over the events; of groups, what HAVING says
 * @param split what makes several rows of an event; null: nothing does
 * @param after filters over the rows of the split
 * @param columns what stands for each column by now
 */
record Branch(
    List<Expression> filters,
    @Nullable Split split,
    List<Expression> after,
    List<Expression> columns) {
  Branch {
    filters = List.copyOf(filters);
    after = List.copyOf(after);
    columns = List.copyOf(columns);
  }

  /** All rows, with these columns. */
  static Branch of(List<Expression> columns) {
    return new Branch(List.of(), null, List.of(), columns);
  }

  Branch with(List<Expression> others) {
    return new Branch(filters, split, after, others);
  }

  Branch where(Expression condition) {
    return split == null
        ? new Branch(plus(filters, condition), null, after, columns)
        : new Branch(filters, split, plus(after, condition), columns);
  }

  /** A row for each part, which is a column more. */
  Branch split(Split by, Expression part) {
    return new Branch(filters, by, after, plus(columns, part));
  }

  private static List<Expression> plus(List<Expression> list, Expression more) {
    List<Expression> longer = new ArrayList<>(list);
    longer.add(more);
    return longer;
  }
}
