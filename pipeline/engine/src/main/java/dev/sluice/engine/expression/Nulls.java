package dev.sluice.engine.expression;

import org.jspecify.annotations.Nullable;

/** Rows by null. */
final class Nulls {
  private Nulls() {}

  /** The rows that are not null: what stands at the others must not be looked at. */
  static Rows skip(Rows rows, long @Nullable [] nulls) {
    return nulls == null ? rows : pick(rows, nulls, 0);
  }

  /** The rows that are null. */
  static Rows only(Rows rows, long @Nullable [] nulls) {
    return nulls == null ? rows.select(new int[0], 0) : pick(rows, nulls, 1);
  }

  private static Rows pick(Rows rows, long[] nulls, long bit) {
    int[] picked = new int[rows.count()];
    int[] selected = rows.selected();
    int count = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      picked[count] = row;
      count += ((nulls[row >> 6] >>> row) & 1) == bit ? 1 : 0;
    }
    return count == rows.count() ? rows : rows.select(picked, count);
  }
}
