package dev.sluice.engine.expression;

/** A BOOLEAN expression that finds the rows where it is TRUE without a column in between. */
interface Selecting extends Node {

  /**
   * Writes the selected rows where this is TRUE, ascending.
   *
   * @param into room for {@code rows.count()}; may be {@code rows.selected()} itself
   * @return how many
   */
  int select(Rows rows, int[] into);
}
