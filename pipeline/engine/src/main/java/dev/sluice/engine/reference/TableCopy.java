package dev.sluice.engine.reference;

/** A reference table as one process has it. Any thread; never waits. */
public interface TableCopy {

  /**
   * Its rows now, for one batch of events.
   *
   * @throws dev.sluice.model.problem.ProblemException TABLE_TOO_LARGE, or STREAM_CHANGED if it was
   *     deleted
   */
  TableSnapshot rows();
}
