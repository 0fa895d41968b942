package dev.sluice.engine.query;

import java.util.Map;

/**
 * How far a computation is, as its thread says about once a second while there is news: whoever
 * looks at it waits for nobody, and nobody for him.
 *
 * @param at ms of the epoch
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
    Done done) {

  /** What it holds. */
  record State(int groups, long bytes) {}

  /**
   * What it has done.
   *
   * @param rows that it has sent, early ones too
   * @param events that it has read
   */
  record Done(Growth rows, Growth events) {
    static Done first(long rows, long events, long at) {
      return new Done(new Growth(rows, 0, at), new Growth(events, 0, at));
    }

    Done next(long sent, long read, long at) {
      return new Done(rows.next(sent, at), events.next(read, at));
    }
  }

  /**
   * @param total since its start
   * @param earlier total at an earlier time
   * @param earlierAt that time, ms of the epoch
   */
  record Growth(long total, long earlier, long earlierAt) {

    /** A second, until now; falls by itself when nothing comes. */
    double rate(long nowMs) {
      return nowMs <= earlierAt ? 0 : 1_000.0 * (total - earlier) / (nowMs - earlierAt);
    }

    Growth next(long now, long at) {
      return new Growth(now, total, at);
    }
  }
}
