package dev.sluice.views.merge;

import org.jspecify.annotations.Nullable;

/** The views that there are, as far as this process knows by now. Never waits; any thread. */
public interface MergedViews {

  /** The last revision of the catalog that is known: no view of it or before it is unknown. */
  long revision();

  /** Whether there is a view of a generation. */
  boolean has(long generation);

  /**
   * The view of a generation; null if there is none, or none yet.
   *
   * @throws dev.sluice.model.problem.ProblemException its SQL is not valid any more
   */
  @Nullable MergedView find(long generation);

  /** Calls the listener, which must not wait, after what it knows has changed. */
  void onChange(Runnable listener);
}
