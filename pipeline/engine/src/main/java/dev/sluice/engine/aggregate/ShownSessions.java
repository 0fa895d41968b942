package dev.sluice.engine.aggregate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** What readers have been shown of open sessions, and what of that is true no more. */
final class ShownSessions {
  private static final long NEVER = Long.MIN_VALUE;

  // By session.
  private long[] start = new long[0];
  private long[] end = new long[0];

  private final BitSet changed = new BitSet();
  private List<SessionTable.Shown> withdrawn = new ArrayList<>();

  void grow(int sessions) {
    int known = start.length;
    start = Arrays.copyOf(start, sessions);
    end = Arrays.copyOf(end, sessions);
    Arrays.fill(start, known, sessions, NEVER);
    Arrays.fill(end, known, sessions, NEVER);
  }

  /** About how many bytes of heap they take. */
  long bytes() {
    return 2L * 8 * start.length;
  }

  /** Notes that a session is no longer as it was shown. */
  void change(int session) {
    changed.set(session);
  }

  /** Notes that a session is gone: nothing of it is to be shown any more. */
  void forget(int session) {
    changed.clear(session);
  }

  boolean hasChanged() {
    return !changed.isEmpty() || !withdrawn.isEmpty();
  }

  /** The sessions that have changed since the last time. */
  int[] takeChanged() {
    int[] sessions = changed.stream().toArray();
    changed.clear();
    return sessions;
  }

  void show(int session, long from, long to) {
    start[session] = from;
    end[session] = to;
  }

  boolean isShown(int session, long from, long to) {
    return start[session] == from && end[session] == to;
  }

  /** Has what readers see of a session taken back. */
  void withdraw(int session) {
    if (start[session] != NEVER) {
      withdrawn.add(new SessionTable.Shown(session, start[session], end[session]));
      start[session] = NEVER;
      end[session] = NEVER;
    }
  }

  boolean hasWithdrawn() {
    return !withdrawn.isEmpty();
  }

  /** What is to be taken back, once. */
  List<SessionTable.Shown> takeWithdrawn() {
    List<SessionTable.Shown> taken = withdrawn;
    withdrawn = new ArrayList<>();
    return taken;
  }

  /**
   * The same of these sessions alone, in slots of their order. What was withdrawn must be taken.
   */
  ShownSessions rewritten(int[] sessions) {
    ShownSessions next = new ShownSessions();
    next.grow(sessions.length);
    for (int session = 0; session < sessions.length; session++) {
      next.show(session, start[sessions[session]], end[sessions[session]]);
      next.changed.set(session, changed.get(sessions[session]));
    }
    return next;
  }
}
