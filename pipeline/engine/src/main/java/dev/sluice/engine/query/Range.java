package dev.sluice.engine.query;

import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The part of a stream that a query asks for.
 *
 * @param start how its beginning is found
 * @param from first event time that is read, ms of the epoch: the first window begins its {@link
 *     Window#lead()} later; {@link Long#MIN_VALUE} if there is no earliest, or it is found later
 * @param to event time before which its events are, ms of the epoch; {@link Long#MAX_VALUE} if it
 *     runs on
 * @param endsAtPresent whether each partition ends, at the latest, where it ended when the query
 *     began
 */
record Range(Start start, long from, long to, boolean endsAtPresent) {

  /** How the beginning is found. */
  enum Start {
    /** At the first record of the time {@code from} or later. */
    TIME,
    /** At the first start that is good. */
    EARLIEST,
    /** At the window that the stream's own watermark is in. */
    OWN_WATERMARK,
    /** With what is appended from now on. */
    TAIL
  }

  static Range of(QueryRequest request, QueryPlan plan, Instant now) {
    Window window = plan.window();
    long to = request.to() == null ? Long.MAX_VALUE : TimeBound.instant("to", request.to(), now);
    boolean endsAtPresent = to <= now.toEpochMilli();
    Start start = start(request.from(), window != null, plan.stream().time().historical());
    long first = Long.MIN_VALUE;
    if (start == Start.TIME) {
      String text = request.from() == null ? "now" : request.from();
      long asked = TimeBound.instant("from", text, now);
      first = window == null ? asked : window.startAtOrBefore(asked);
    }
    if (first >= to) {
      throw Problem.ofField(
              ProblemCode.QUERY_PARAMETER,
              "to",
              "to must be after from: was \"" + request.to() + "\"")
          .toException();
    }
    long from = first == Long.MIN_VALUE || window == null ? first : first - window.lead();
    return new Range(start, from, to, endsAtPresent);
  }

  private static Start start(@Nullable String from, boolean windowed, boolean historical) {
    if (from != null && from.equals("earliest")) {
      return Start.EARLIEST;
    }
    if (from != null && !from.equals("now")) {
      return Start.TIME;
    }
    if (!windowed) {
      return Start.TAIL;
    }
    return historical ? Start.OWN_WATERMARK : Start.TIME;
  }

  boolean bounded() {
    return to != Long.MAX_VALUE;
  }

  /**
   * Whether queries that were asked at different times, and say so, see the same rows from where
   * both have begun.
   */
  boolean fromNow(@Nullable String asked) {
    return (asked == null || asked.equals("now")) && !bounded();
  }
}
