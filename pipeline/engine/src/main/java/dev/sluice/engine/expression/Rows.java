package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;

/**
 * The columns of a batch and those of its rows that are asked for.
 *
 * @param columns the input columns, {@code size} values each
 * @param size rows in the batch
 * @param selected the rows asked for, ascending; the first {@code count} entries count
 * @param count how many rows are asked for
 */
@SuppressWarnings("ArrayRecordComponent") // the arrays are the point; rows are never compared
public record Rows(Column[] columns, int size, int[] selected, int count) {

  /** Every row of the batch. */
  public static Rows all(Column[] columns, int size) {
    int[] selected = new int[size];
    for (int i = 0; i < size; i++) {
      selected[i] = i;
    }
    return new Rows(columns, size, selected, size);
  }

  /** The same columns, other rows of them. */
  public Rows select(int[] rows, int number) {
    return new Rows(columns, size, rows, number);
  }
}
