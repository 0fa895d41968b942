package dev.sluice.engine.query;

import java.util.Map;

/**
 * How far a computation is, as its thread says about once a second while there is news: whoever
 * looks at it waits for nobody, and nobody for him.
 *
 * @param at ms of the epoch
 * @param rows that it has sent, early ones too
 * @param before what it said before; itself has none
 */
@SuppressWarnings("ArrayRecordComponent") // copies, never compared
record Progress(
    long at,
    long[] positions,
    long[] watermarks,
    long watermark,
    Lag lag,
    Map<String, Object> accounting,
    State state,
    Rows rows) {

  /** What it holds. */
  record State(int groups, long bytes) {}

  /**
   * @param total since its start
   * @param earlier total at an earlier time
   * @param earlierAt that time, ms of the epoch
   */
  record Rows(long total, long earlier, long earlierAt) {

    /** Rows a second until now; falls by itself when none come. */
    double rate(long nowMs) {
      return nowMs <= earlierAt ? 0 : 1_000.0 * (total - earlier) / (nowMs - earlierAt);
    }

    Rows next(long sent, long at) {
      return new Rows(sent, total, at);
    }
  }
}
