package dev.sluice.engine.resume;

/**
 * Where to go on, and with what question.
 *
 * @param left rows that LIMIT still allows; {@link Long#MAX_VALUE} without LIMIT
 */
public record ResumeToken(Question question, Place place, long left) {

  /** Whether nothing is left to be had. */
  public boolean isFinished() {
    return left == 0 || place instanceof Place.AtEnd;
  }

  /**
   * What was asked, with what was relative to the present fixed.
   *
   * @param plan short hash of the plan's digest, 48 bits
   * @param generation the stream's
   * @param to event time before which its events are, ms of the epoch; {@link Long#MAX_VALUE} if it
   *     runs on
   * @param endsAtPresent whether each partition ends, at the latest, where it ended when the query
   *     began
   */
  public record Question(long plan, long generation, long to, boolean endsAtPresent) {}
}
