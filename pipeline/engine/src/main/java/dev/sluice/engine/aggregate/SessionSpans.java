package dev.sluice.engine.aggregate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * From when to when the open sessions of every group go. An event begins a session, makes one
 * longer, or makes two into one.
 *
 * <p>A session is a slot. Slots of sessions that are gone are given back by writing the rest anew:
 * {@link #rewritten}.
 */
final class SessionSpans {
  private static final int FIRST_CAPACITY = 16;
  private static final int LEAST_GONE = 1_024;
  private static final int NONE = -1;

  /** Two longs and three ints, and its places in two queues. */
  private static final long BYTES_PER_SESSION = 2 * 8 + 3 * 4 + 2 * 36;

  /** Who keeps something of each session. */
  interface Keeper {
    /** There may be so many sessions from here on. */
    void grow(int sessions);

    /** A session has become a part of another, and is gone. */
    void merged(int part, int whole);
  }

  private record Due(long end, int session) {}

  private record Begun(long start, int session) {}

  private final long gap;
  private final Keeper keeper;
  private int size;
  private int gone;

  // By group: its latest session.
  private int[] latest = new int[0];

  // By session.
  private long[] first = new long[0];
  private long[] last = new long[0];
  private int[] group = new int[0];
  private int[] earlier = new int[0];
  private int[] mergedInto = new int[0];

  // Each open session once, with an end that is at most its own.
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::end));
  // Each open session with its start, and with starts that it had before.
  private final PriorityQueue<Begun> begun =
      new PriorityQueue<>(Comparator.comparingLong(Begun::start));

  /**
   * @param gap ms
   */
  SessionSpans(long gap, Keeper keeper) {
    this(gap, keeper, FIRST_CAPACITY);
  }

  private SessionSpans(long gap, Keeper keeper, int capacity) {
    this.gap = gap;
    this.keeper = keeper;
    grow(capacity);
  }

  private void grow(int sessions) {
    first = Arrays.copyOf(first, sessions);
    last = Arrays.copyOf(last, sessions);
    group = Arrays.copyOf(group, sessions);
    earlier = Arrays.copyOf(earlier, sessions);
    mergedInto = Arrays.copyOf(mergedInto, sessions);
    keeper.grow(sessions);
  }

  /** Number of open sessions. */
  int size() {
    return size - gone;
  }

  /** Number of slots in use, also by sessions that are gone. */
  int slots() {
    return size;
  }

  /** About how many bytes of heap they take; quick to tell. */
  long bytes() {
    return 4L * latest.length + BYTES_PER_SESSION * first.length;
  }

  int group(int session) {
    return group[session];
  }

  /** Time of its first event, ms of the epoch. */
  long first(int session) {
    return first[session];
  }

  /** Time of its last event, ms of the epoch. */
  long last(int session) {
    return last[session];
  }

  long end(int session) {
    return last[session] + gap;
  }

  // ---- placing ----

  /** Makes room for so many groups. */
  void growGroups(int groups) {
    int known = latest.length;
    if (known < groups) {
      latest = Arrays.copyOf(latest, Math.max(groups, 2 * known));
      Arrays.fill(latest, known, latest.length, NONE);
    }
  }

  /** The session of events between these times, made to hold them. */
  int place(int ofGroup, long from, long to) {
    int later = NONE;
    int session = latest[ofGroup];
    while (session != NONE && first[session] >= to + gap) {
      later = session;
      session = earlier[session];
    }
    if (session == NONE || last[session] + gap <= from) {
      int begun = begin(ofGroup, from, to);
      earlier[begun] = session;
      if (later == NONE) {
        latest[ofGroup] = begun;
      } else {
        earlier[later] = begun;
      }
      return begun;
    }
    beginAt(session, from);
    last[session] = Math.max(last[session], to);
    int before = earlier[session];
    while (before != NONE && last[before] + gap > first[session]) {
      merge(before, session);
      before = earlier[session];
    }
    return session;
  }

  private void beginAt(int session, long time) {
    if (time < first[session]) {
      first[session] = time;
      begun.add(new Begun(time, session));
    }
  }

  private int begin(int ofGroup, long from, long to) {
    if (size == first.length) {
      grow(2 * size);
    }
    int session = size++;
    first[session] = from;
    last[session] = to;
    group[session] = ofGroup;
    mergedInto[session] = session;
    due.add(new Due(to + gap, session));
    begun.add(new Begun(from, session));
    return session;
  }

  /** Makes a session and the one after it into one. */
  private void merge(int before, int session) {
    beginAt(session, first[before]);
    earlier[session] = earlier[before];
    mergedInto[before] = session;
    gone++;
    keeper.merged(before, session);
  }

  /** What has become of a session that was placed: itself, or the one that it is a part of. */
  int root(int session) {
    int root = session;
    while (mergedInto[root] != root) {
      root = mergedInto[root];
    }
    return root;
  }

  // ---- closing ----

  /** Start of the oldest open session, ms of the epoch; {@link Long#MAX_VALUE} if there is none. */
  long oldestStart() {
    Begun oldest = begun.peek();
    while (oldest != null
        && !(isOpen(oldest.session()) && first[oldest.session()] == oldest.start())) {
      begun.remove();
      oldest = begun.peek();
    }
    return oldest == null ? Long.MAX_VALUE : oldest.start();
  }

  /** The sessions that end by then, ms of the epoch, each told once. */
  int[] endedBy(long time) {
    List<Integer> ended = new ArrayList<>();
    for (Due next = due.peek(); next != null && next.end() <= time; next = due.peek()) {
      int session = due.remove().session();
      if (mergedInto[session] != session) {
        continue;
      }
      if (end(session) <= time) {
        ended.add(session);
      } else {
        due.add(new Due(end(session), session));
      }
    }
    return ended.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All open sessions. */
  int[] open() {
    return IntStream.range(0, size).filter(this::isOpen).toArray();
  }

  private boolean isOpen(int session) {
    return mergedInto[session] == session;
  }

  /** Forgets sessions from {@link #endedBy}. */
  void remove(int[] sessions) {
    BitSet touched = new BitSet();
    for (int session : sessions) {
      mergedInto[session] = NONE;
      touched.set(group[session]);
    }
    gone += sessions.length;
    touched.stream().forEach(this::unlink);
  }

  /** Takes what is gone out of a group's sessions. */
  private void unlink(int ofGroup) {
    int kept = NONE;
    for (int session = latest[ofGroup]; session != NONE; session = earlier[session]) {
      if (isOpen(session)) {
        if (kept == NONE) {
          latest[ofGroup] = session;
        } else {
          earlier[kept] = session;
        }
        kept = session;
      }
    }
    if (kept == NONE) {
      latest[ofGroup] = NONE;
    } else {
      earlier[kept] = NONE;
    }
  }

  // ---- room ----

  /** Whether it is worth while to write them anew. */
  boolean isMostlyGone() {
    return gone >= LEAST_GONE && 2 * gone >= size;
  }

  /**
   * The open sessions alone, in as many slots, and after them one that is gone: what it keeps can
   * be merged into there.
   *
   * @param open all of {@link #open}
   * @param groups the group of each
   */
  SessionSpans rewritten(int[] open, int[] groups, int numberOfGroups) {
    SessionSpans next = new SessionSpans(gap, keeper, Math.max(FIRST_CAPACITY, open.length + 1));
    next.growGroups(numberOfGroups);
    for (int session = 0; session < open.length; session++) {
      next.begin(groups[session], first[open[session]], last[open[session]]);
    }
    IntStream.range(0, open.length)
        .boxed()
        .sorted(Comparator.comparingLong(session -> next.first[session]))
        .forEach(next::link);
    next.mergedInto[next.size++] = NONE;
    next.gone = 1;
    return next;
  }

  private void link(int session) {
    earlier[session] = latest[group[session]];
    latest[group[session]] = session;
  }
}
