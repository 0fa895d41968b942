package dev.sluice.engine.resume;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * @param ends the offsets where they ended then; null if it does not end at the present, or they
   *     were not known
   */
  public record Question(
      long plan, long generation, long to, boolean endsAtPresent, @Nullable List<Long> ends) {
    public Question {
      ends = ends == null ? null : List.copyOf(ends);
    }

    public Question(long plan, long generation, long to, boolean endsAtPresent) {
      this(plan, generation, to, endsAtPresent, null);
    }
  }
}
