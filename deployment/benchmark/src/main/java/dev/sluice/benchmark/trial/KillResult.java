package dev.sluice.benchmark.trial;

import java.util.List;
import java.util.Map;

/**
 * What came of a trial.
 *
 * @param sent to the stream
 * @param late events that were in no tumbling window
 * @param rebuilds of views that began just before a kill
 * @param rows that each view must have
 * @param recovered from each fault
 * @param settleSeconds from the last event until nothing moved any more
 * @param endedByThemselves processes of the pipeline that nobody killed, and how they ended
 * @param settled whether everything came to rest
 * @param wrong what was not as it must be; empty: all was
 */
public record KillResult(
    Sent sent,
    long late,
    int rebuilds,
    Map<String, Long> rows,
    List<Recovered> recovered,
    double settleSeconds,
    List<String> endedByThemselves,
    boolean settled,
    List<String> wrong) {

  /**
   * To the stream.
   *
   * @param events that were made
   * @param rate of them a second, until the last was acknowledged
   * @param never that were due, and could not be made in time
   * @param again how often one was sent again
   * @param inLog that the log has
   * @param duplicates among these
   */
  public record Sent(
      long events, double rate, long never, long again, long inLog, long duplicates) {}

  /**
   * What was seen of a fault from outside. Another fault in between makes it longer.
   *
   * @param from the fault
   * @param moved seconds until there were new rows in every partition of every view; NaN: not
   *     before the end
   * @param upToDate seconds until all was read but what was sent in the last second, merged, and in
   *     the tables; NaN: not before the end
   */
  public record Recovered(String from, double moved, double upToDate) {}

  public KillResult {
    rows = Map.copyOf(rows);
    recovered = List.copyOf(recovered);
    endedByThemselves = List.copyOf(endedByThemselves);
    wrong = List.copyOf(wrong);
  }

  /** Whether the views are what the log says. */
  public boolean right() {
    return settled && wrong.isEmpty();
  }
}
