package dev.sluice.engine.query;

import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.resume.ResumeToken;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a stream that a query asks for.
 *
 * @param start how its beginning is found
 * @param from first event time that is read, ms of the epoch: the first window begins its {@link
 *     QueryPlan#lead()} later; {@link Long#MIN_VALUE} if there is no earliest, or it is found later
 * @param first the first window begins then or later, ms of the epoch; {@link Long#MIN_VALUE} as
 *     for {@code from}
 * @param to event time before which its events are, ms of the epoch; {@link Long#MAX_VALUE} if it
 *     runs on
 * @param endsAtPresent whether each partition ends, at the latest, where it ended when the query
 *     began
 * @param cut where it begins; not null exactly if it begins at a cut
 * @param ends offsets where it ended when the query began; null if they are not known yet
 */
record Range(
    Start start,
    long from,
    long first,
    long to,
    boolean endsAtPresent,
    @Nullable Offsets cut,
    @Nullable List<Long> ends) {

  /** What is left of a question that has ended. */
  static final Range NOTHING =
      new Range(Start.EARLIEST, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, true, null, null);

  /** How the beginning is found. */
  enum Start {
    /** At the first record of the time {@code from} or later. */
    TIME,
    /** At the first start that is good. */
    EARLIEST,
    /** At the window that the stream's own watermark is in. */
    OWN_WATERMARK,
    /** With what is appended from now on. */
    TAIL,
    /** At a cut through the log. */
    CUT
  }

  /**
   * What a token leaves to be read.
   *
   * @param lead of its plan
   */
  static Range resumed(ResumeToken token, long lead) {
    Place place = token.place();
    long to = token.question().to();
    boolean endsAtPresent = token.question().endsAtPresent();
    List<Long> ends = token.question().ends();
    if (place instanceof InLog log) {
      return new Range(Start.CUT, log.from(), log.from(), to, endsAtPresent, log.at(), ends);
    }
    if (place instanceof InTotal total) {
      Start start = total.begin() == null ? Start.TIME : Start.CUT;
      return new Range(start, total.from(), total.from(), to, endsAtPresent, total.begin(), ends);
    }
    if (place instanceof InWindow window) {
      long start = window.window();
      long from = start == Long.MIN_VALUE ? start : start - lead;
      return new Range(Start.TIME, from, start, to, endsAtPresent, null, ends);
    }
    if (place instanceof InSessions sessions) {
      return new Range(
          Start.TIME, sessions.from(), sessions.first(), to, endsAtPresent, null, ends);
    }
    throw new IllegalArgumentException("nothing is left of a query that has ended");
  }

  /** The same from another's beginning on, if that is earlier; not of sessions. */
  Range fromAtMost(Range other) {
    return new Range(
        start,
        Math.min(from, other.from),
        Math.min(first, other.first),
        to,
        endsAtPresent,
        cut,
        ends);
  }

  /** The same, whose ends are known. */
  Range endingAt(List<Long> offsets) {
    return new Range(start, from, first, to, true, cut, offsets);
  }

  static Range of(QueryRequest request, QueryPlan plan, Instant now) {
    Window window = plan.reading();
    long to = request.to() == null ? Long.MAX_VALUE : TimeBound.instant("to", request.to(), now);
    boolean endsAtPresent = to <= now.toEpochMilli();
    Start start = start(request.from(), window != null, plan.stream().time().historical());
    long first = Long.MIN_VALUE;
    if (start == Start.TIME) {
      String text = request.from() == null ? "now" : request.from();
      long asked = TimeBound.instant("from", text, now);
      first = window == null ? asked : window.startAtOrBefore(asked);
    }
    boolean begins = start == Start.TAIL ? !endsAtPresent : first < to;
    if (!begins) {
      throw TimeBound.invalid(
          "to",
          "to must be after from: was \""
              + request.to()
              + "\", from was "
              + (request.from() == null ? "now" : "\"" + request.from() + "\""));
    }
    long from = first == Long.MIN_VALUE ? first : first - plan.lead();
    return new Range(start, from, first, to, endsAtPresent, null, null);
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
}
