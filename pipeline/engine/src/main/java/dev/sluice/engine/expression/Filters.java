package dev.sluice.engine.expression;

import dev.sluice.model.event.LongColumn;
import java.util.Arrays;

/** Rows by predicate. */
public final class Filters {
  private Filters() {}

  /**
   * The selected rows where the predicate is TRUE: neither FALSE nor NULL.
   *
   * @param predicate BOOLEAN
   * @throws dev.sluice.model.problem.ProblemException as {@link Expression#evaluate}
   */
  public static Rows where(Expression predicate, Rows rows) {
    int[] into = new int[rows.count()];
    int count = select(predicate, rows, into);
    return count == rows.count() ? rows : rows.select(into, count);
  }

  /**
   * As {@link #where(Expression, Rows)}, for many queries in turn: what is not selected leaves no
   * trace in memory.
   *
   * @param scratch used meanwhile; as long as there are rows
   */
  public static Rows where(Expression predicate, Rows rows, int[] scratch) {
    int count = select(predicate, rows, scratch);
    return count == rows.count() ? rows : rows.select(Arrays.copyOf(scratch, count), count);
  }

  /** As {@link Selecting#select}, for any predicate. */
  static int select(Expression predicate, Rows rows, int[] into) {
    if (predicate instanceof Selecting selecting) {
      return selecting.select(rows, into);
    }
    LongColumn column = (LongColumn) predicate.evaluate(rows);
    Rows live = Nulls.skip(rows, column.nulls());
    long[] values = column.values();
    int[] selected = live.selected();
    int found = 0;
    for (int i = 0; i < live.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += values[row] != 0 ? 1 : 0;
    }
    return found;
  }

  /** The rows of {@code rows} that are not in {@code some}, both ascending. */
  static Rows without(Rows rows, Rows some) {
    int[] rest = new int[rows.count() - some.count()];
    int skip = 0;
    int kept = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = rows.selected()[i];
      if (skip < some.count() && some.selected()[skip] == row) {
        skip++;
      } else {
        rest[kept++] = row;
      }
    }
    return rows.select(rest, kept);
  }
}
