package dev.sluice.cli.query;

/** A table on its way to the reader. */
interface View extends AutoCloseable {
  void show(Result result);

  /**
   * May bring what is seen up to date.
   *
   * @param more whether more results are here already
   */
  void refresh(boolean more);

  /** Leaves the last state behind. */
  @Override
  void close();
}
