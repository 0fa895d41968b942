package dev.sluice.engine.query;

import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Ranking;
import dev.sluice.engine.plan.Ranking.By;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Puts rows in the order of a ranking. */
final class Ranked {
  private final List<By> by;
  private final Column[] values;

  private Ranked(List<By> by, Column[] values) {
    this.by = by;
    this.values = values;
  }

  /** The first of the selected rows, in order; equal ones as they come. */
  static int[] first(Ranking ranking, Rows rows) {
    Column[] values =
        ranking.by().stream().map(b -> b.value().evaluate(rows)).toArray(Column[]::new);
    Long limit = ranking.limit();
    return IntStream.of(Arrays.copyOf(rows.selected(), rows.count()))
        .boxed()
        .sorted(new Ranked(ranking.by(), values)::compare)
        .limit(limit == null ? Long.MAX_VALUE : limit)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private int compare(int a, int b) {
    for (int i = 0; i < values.length; i++) {
      int order = compare(by.get(i), values[i], a, b);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int compare(By by, Column column, int a, int b) {
    if (column.isNull(a) || column.isNull(b)) {
      int nullFirst = Boolean.compare(column.isNull(b), column.isNull(a));
      return by.nullsFirst() ? nullFirst : -nullFirst;
    }
    int order = compare(column, a, b);
    return by.descending() ? -order : order;
  }

  private static int compare(Column column, int a, int b) {
    if (column instanceof StringColumn texts) {
      return Arrays.compareUnsigned(texts.value(a), texts.value(b));
    }
    if (column instanceof DoubleColumn numbers) {
      return Double.compare(numbers.values()[a] + 0.0, numbers.values()[b] + 0.0);
    }
    long[] values = ((LongColumn) column).values();
    return Long.compare(values[a], values[b]);
  }
}
