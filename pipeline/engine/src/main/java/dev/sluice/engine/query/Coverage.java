package dev.sluice.engine.query;

import dev.sluice.engine.plan.Session;
import dev.sluice.engine.query.Range.Start;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InWindow;
import org.jspecify.annotations.Nullable;

/**
 * What a feed reads, and whether that has every row that somebody else wants. In the feed's turn,
 * but for {@link #range}.
 */
final class Coverage {
  private final Computation computation;
  private volatile Range range;
  private Beginning.@Nullable Found found;
  private boolean sealed;

  /**
   * @param query that the feed was made for
   */
  Coverage(Computation computation, Prepared query) {
    this.computation = computation;
    this.range = query.range();
    this.found = query.found();
  }

  /** What is read. Any thread. */
  Range range() {
    return range;
  }

  /** Where that begins, if it was looked for already. */
  Beginning.@Nullable Found found() {
    return found;
  }

  /** From here on it begins no earlier for anybody. */
  void seal() {
    sealed = true;
  }

  /**
   * Whether what is to come has every row of a range.
   *
   * @param had what of it is had already
   * @param started whether the beginning is found and is behind
   * @param live whether the feed is at the tail
   */
  boolean serves(Range wanted, @Nullable Place had, boolean started, boolean live) {
    if (computation.finished()) {
      return false;
    }
    if (!sealed && wanted.equals(range)) {
      return true;
    }
    if (wanted.endsAtPresent()) {
      return false;
    }
    boolean sessions = computation.plan().window() instanceof Session;
    boolean windowed = computation.plan().window() != null;
    if (!started) {
      return windowed && !sessions && wanted.start() == Start.TIME
          ? beginsBy(wanted)
          : wanted.equals(range);
    }
    return switch (wanted.start()) {
      case TIME -> windowed && computation.serves(had == null ? firstOf(wanted, sessions) : had);
      case CUT -> had != null && computation.serves(had);
      case OWN_WATERMARK -> range.start() == Start.OWN_WATERMARK && !sessions;
      case TAIL ->
          live && computation.plan().grouping() == null && computation.from() == wanted.from();
      case EARLIEST -> false;
    };
  }

  private static Place firstOf(Range windows, boolean sessions) {
    return sessions
        ? new InSessions(windows.first(), windows.from(), Long.MIN_VALUE, 0)
        : new InWindow(windows.first(), 0);
  }

  /** Whether it will begin where another would or before: as long as it has not begun it can. */
  private boolean beginsBy(Range wanted) {
    if (range.start() != Start.TIME) {
      return false;
    }
    if (!sealed && wanted.from() < range.from()) {
      range = range.fromAtMost(wanted);
      found = null;
    }
    return range.from() <= wanted.from();
  }
}
