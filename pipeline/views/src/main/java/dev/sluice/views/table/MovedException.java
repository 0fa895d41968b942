package dev.sluice.views.table;

/** Somebody else has written what was to be written, or the table is of another view by now. */
final class MovedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MovedException(TableDefinition table, int partition) {
    super(table.view() + " is further in partition " + partition, null, false, false);
  }
}
