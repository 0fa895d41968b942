package dev.sluice.views.merge;

import dev.sluice.model.problem.Problem;

/** Is told which views cannot go on. */
public interface Failures {

  /**
   * Says that a view has failed, for good: its deltas are dropped from here on. Told again whenever
   * a partition of it changes hands. Must not wait.
   */
  void failed(long generation, Problem problem);
}
