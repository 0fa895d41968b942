package dev.sluice.benchmark.trial;

import java.util.List;
import java.util.Map;

/**
 * What came of a trial.
 *
 * @param sent to the stream
 * @param late events that were in no tumbling window
 * @param rows that each view must have
 * @param moved after each fault
 * @param settleSeconds from the last event until nothing moved any more
 * @param endedByThemselves processes of the pipeline that nobody killed
 * @param settled whether everything came to rest
 * @param wrong what was not as it must be; empty: all was
 */
public record KillResult(
    Sent sent,
    long late,
    Map<String, Long> rows,
    List<Moved> moved,
    double settleSeconds,
    int endedByThemselves,
    boolean settled,
    List<String> wrong) {

  /**
   * To the stream.
   *
   * @param events that were made
   * @param rate of them a second
   * @param again that were sent again because no acknowledgement came
   * @param inLog that the log has
   * @param duplicates among these
   */
  public record Sent(long events, double rate, long again, long inLog, long duplicates) {}

  /**
   * When rows moved again in every partition of every view.
   *
   * @param after the fault
   * @param seconds from it; NaN: not before the end
   */
  public record Moved(String after, double seconds) {}

  public KillResult {
    rows = Map.copyOf(rows);
    moved = List.copyOf(moved);
    wrong = List.copyOf(wrong);
  }

  /** Whether the views are what the log says. */
  public boolean right() {
    return settled && wrong.isEmpty();
  }
}
