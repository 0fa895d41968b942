package dev.sluice.engine.catalog;

import java.util.List;

/**
 * What of a view's rows stays when it is built anew and the log has no more of what they were made
 * of: those of windows that start before the log is whole.
 *
 * @param generation of the view that has them
 * @param start its column of windows' starts
 * @param group its columns of what is grouped by, in their order
 * @param span length of its windows, ms
 */
public record KeptRows(long generation, int start, List<Integer> group, long span) {
  public KeptRows {
    group = List.copyOf(group);
  }

  /** The watermark with which all windows are closed that start before a time, ms of the epoch. */
  long closedAt(long from) {
    return from - 1 + span;
  }
}
