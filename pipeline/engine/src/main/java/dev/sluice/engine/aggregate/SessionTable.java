package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The open sessions of every group, and their aggregates. An event begins a session, makes one
 * longer, or makes two into one; what they are in the end does not depend on the order of events.
 *
 * <p>A session is a slot. Slots of sessions that are gone are given back by writing the rest anew
 * when there are more of the former.
 */
public final class SessionTable {
  private static final int FIRST_CAPACITY = 16;
  private static final int LEAST_GONE = 1_024;
  private static final int NONE = -1;
  private static final byte[] NOTHING = new byte[0];

  /** Four longs and three ints, and its places in two queues. */
  private static final long BYTES_PER_SESSION = 4 * 8 + 3 * 4 + 2 * 36;

  private static final long NEVER = Long.MIN_VALUE;

  private final Grouping grouping;
  private final long gap;

  private GroupTable groups;
  private Accumulator[] accumulators;
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
  private long[] shownStart = new long[0];
  private long[] shownEnd = new long[0];
  private final BitSet changed = new BitSet();

  // Each open session once, with an end that is at most its own.
  private PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::end));
  // Each open session with its start, and with starts that it had before.
  private PriorityQueue<Begun> begun = new PriorityQueue<>(Comparator.comparingLong(Begun::start));
  private List<Shown> withdrawn = new ArrayList<>();

  private record Due(long end, int session) {}

  private record Begun(long start, int session) {}

  /**
   * What was shown of a session, and is true no more.
   *
   * @param session its slot, whose keys and aggregates can still be asked for
   * @param start as shown, ms of the epoch
   * @param end as shown, ms of the epoch
   */
  public record Shown(int session, long start, long end) {}

  public SessionTable(Grouping grouping, Session window) {
    this.grouping = grouping;
    this.gap = window.gap();
    groups = groups(grouping);
    accumulators = accumulators(grouping);
    grow(FIRST_CAPACITY);
  }

  private static GroupTable groups(Grouping grouping) {
    return new GroupTable(new Grouping(grouping.keys(), null, List.of(), null));
  }

  private static Accumulator[] accumulators(Grouping grouping) {
    return grouping.aggregates().stream().map(Accumulator::of).toArray(Accumulator[]::new);
  }

  private void grow(int sessions) {
    first = Arrays.copyOf(first, sessions);
    last = Arrays.copyOf(last, sessions);
    group = Arrays.copyOf(group, sessions);
    earlier = Arrays.copyOf(earlier, sessions);
    mergedInto = Arrays.copyOf(mergedInto, sessions);
    shownStart = Arrays.copyOf(shownStart, sessions);
    shownEnd = Arrays.copyOf(shownEnd, sessions);
    for (Accumulator accumulator : accumulators) {
      accumulator.grow(sessions);
    }
  }

  /** Number of open sessions. */
  public int size() {
    return size - gone;
  }

  /** About how many bytes of heap they take; quick to tell. */
  public long bytes() {
    long bytes = groups.bytes() + 4L * latest.length + BYTES_PER_SESSION * first.length;
    for (Accumulator accumulator : accumulators) {
      bytes += accumulator.bytes();
    }
    return bytes;
  }

  // ---- adding ----

  /**
   * Adds events, none of which is late.
   *
   * @param rows the events' rows; the first {@code count} entries
   * @param early whether what changes is to be shown
   */
  public void add(Inputs inputs, int[] rows, int count, boolean early) {
    Order order = inputs.order();
    int[] slots = Arrays.copyOf(groupsOf(inputs.keys(), order, rows, count), count);
    roomForGroups();
    for (int i = 0; i < count; i++) {
      long time = order.time()[rows[i]];
      slots[i] = place(slots[i], time, time);
    }
    for (int i = 0; i < count; i++) {
      slots[i] = root(slots[i]);
      if (early) {
        changed.set(slots[i]);
      }
    }
    for (int a = 0; a < accumulators.length; a++) {
      accumulators[a].add(inputs.arguments()[a], order, rows, slots, count);
    }
  }

  /**
   * Adds a session, or a part of one, that was written.
   *
   * @param start its first event's time, ms of the epoch
   * @param end the gap after its last event's time
   * @param key as {@link GroupTable#key} wrote it
   * @param state as {@link GroupTable#state} wrote it
   * @throws dev.sluice.model.problem.ProblemException QUERY_STATE_LIMIT
   */
  public void add(long start, long end, byte[] key, byte[] state) {
    int ofGroup = groups.merge(key, NOTHING);
    roomForGroups();
    int session = place(ofGroup, start, end - gap);
    ByteBuffer in = ByteBuffer.wrap(state);
    for (Accumulator accumulator : accumulators) {
      accumulator.read(session, in);
    }
  }

  private void roomForGroups() {
    int known = latest.length;
    if (known < groups.size()) {
      latest = Arrays.copyOf(latest, Math.max(groups.size(), 2 * known));
      Arrays.fill(latest, known, latest.length, NONE);
    }
  }

  private int[] groupsOf(Column[] keys, Order order, int[] rows, int count) {
    return groups.add(new Inputs(keys, new Column[0], order), rows, count);
  }

  /** The session of events between these times, made to hold them. */
  private int place(int ofGroup, long from, long to) {
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
    shownStart[session] = NEVER;
    shownEnd[session] = NEVER;
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
    withdraw(before);
    changed.clear(before);
    for (Accumulator accumulator : accumulators) {
      StateWriter state = new StateWriter();
      accumulator.write(before, state);
      accumulator.read(session, ByteBuffer.wrap(state.toBytes()));
    }
  }

  private int root(int session) {
    int root = session;
    while (mergedInto[root] != root) {
      root = mergedInto[root];
    }
    return root;
  }

  // ---- closing ----

  /** Start of the oldest open session, ms of the epoch; {@link Long#MAX_VALUE} if there is none. */
  public long oldestStart() {
    Begun oldest = begun.peek();
    while (oldest != null
        && !(isOpen(oldest.session()) && first[oldest.session()] == oldest.start())) {
      begun.remove();
      oldest = begun.peek();
    }
    return oldest == null ? Long.MAX_VALUE : oldest.start();
  }

  /** The sessions that end by then, ms of the epoch, in the order of end, start and keys. */
  public int[] endedBy(long time) {
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
    return ordered(ended.stream().mapToInt(Integer::intValue).toArray());
  }

  /** All open sessions, in the order of end, start and keys. */
  public int[] open() {
    return ordered(IntStream.range(0, size).filter(this::isOpen).toArray());
  }

  private boolean isOpen(int session) {
    return mergedInto[session] == session;
  }

  private int[] ordered(int[] sessions) {
    return IntStream.of(sessions)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer s) -> last[s])
                .thenComparingLong(s -> first[s])
                .thenComparing((a, b) -> groups.compare(group[a], group[b])))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Forgets sessions from {@link #endedBy}. */
  public void remove(int[] sessions) {
    BitSet touched = new BitSet();
    for (int session : sessions) {
      mergedInto[session] = NONE;
      changed.clear(session);
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

  // ---- what its readers have seen ----

  public boolean hasChanged() {
    return !changed.isEmpty() || !withdrawn.isEmpty();
  }

  /** The sessions that have changed since the last time, in the order of end, start and keys. */
  public int[] takeChanged() {
    int[] sessions = ordered(changed.stream().toArray());
    changed.clear();
    return sessions;
  }

  /** Notes that readers see a session as it is. */
  public void show(int session) {
    shownStart[session] = start(session);
    shownEnd[session] = end(session);
  }

  /** Has what readers see of a session taken back, unless it is as it was shown. */
  public void withdrawIfMoved(int session) {
    if (shownStart[session] != start(session) || shownEnd[session] != end(session)) {
      withdraw(session);
    }
  }

  /** Has what readers see of a session taken back. */
  public void withdraw(int session) {
    if (shownStart[session] != NEVER) {
      withdrawn.add(new Shown(session, shownStart[session], shownEnd[session]));
      shownStart[session] = NEVER;
      shownEnd[session] = NEVER;
    }
  }

  /** What is to be taken back, once. */
  public List<Shown> takeWithdrawn() {
    List<Shown> taken = withdrawn;
    withdrawn = new ArrayList<>();
    return taken;
  }

  // ---- results ----

  public long start(int session) {
    return first[session];
  }

  public long end(int session) {
    return last[session] + gap;
  }

  /** Time of its last event, ms of the epoch. */
  public long last(int session) {
    return last[session];
  }

  /** Its keys, as {@link GroupTable#key} writes them. */
  public byte[] key(int session) {
    return groups.key(group[session]);
  }

  /** Its aggregates, as {@link GroupTable#state} writes them. */
  public byte[] state(int session) {
    StateWriter out = new StateWriter();
    for (Accumulator accumulator : accumulators) {
      accumulator.write(session, out);
    }
    return out.toBytes();
  }

  /**
   * The keys of these sessions, their aggregates, their starts and ends: a column each.
   *
   * @throws dev.sluice.model.problem.ProblemException QUERY_OVERFLOW
   */
  public Column[] results(int[] sessions) {
    return results(
        sessions,
        IntStream.of(sessions).mapToLong(this::start).toArray(),
        IntStream.of(sessions).mapToLong(this::end).toArray());
  }

  /** The same of sessions as they were shown. */
  public Column[] results(List<Shown> shown) {
    return results(
        shown.stream().mapToInt(Shown::session).toArray(),
        shown.stream().mapToLong(Shown::start).toArray(),
        shown.stream().mapToLong(Shown::end).toArray());
  }

  private Column[] results(int[] sessions, long[] starts, long[] ends) {
    int[] ofGroups = IntStream.of(sessions).map(session -> group[session]).toArray();
    Column[] keys = groups.results(ofGroups);
    Column[] columns = Arrays.copyOf(keys, keys.length + accumulators.length + 2);
    for (int a = 0; a < accumulators.length; a++) {
      columns[keys.length + a] = accumulators[a].results(sessions);
    }
    columns[columns.length - 2] = new LongColumn(FieldType.TIMESTAMP, starts, null);
    columns[columns.length - 1] = new LongColumn(FieldType.TIMESTAMP, ends, null);
    return columns;
  }

  // ---- room ----

  /** Gives room back, if there is much. What was withdrawn must have been taken. */
  public void compact() {
    if (gone < LEAST_GONE || 2 * gone < size || !withdrawn.isEmpty()) {
      return;
    }
    int[] open = IntStream.range(0, size).filter(this::isOpen).toArray();
    SessionTable next = new SessionTable(grouping, new Session(gap));
    next.takeFrom(this, open);
    groups = next.groups;
    accumulators = next.accumulators;
    size = next.size;
    gone = next.gone;
    latest = next.latest;
    first = next.first;
    last = next.last;
    group = next.group;
    earlier = next.earlier;
    mergedInto = next.mergedInto;
    shownStart = next.shownStart;
    shownEnd = next.shownEnd;
    changed.clear();
    changed.or(next.changed);
    due = next.due;
    begun = next.begun;
  }

  private void takeFrom(SessionTable old, int[] open) {
    // One more for what is gone: accumulators are merged as a whole.
    grow(Math.max(FIRST_CAPACITY, open.length + 1));
    int[] rows = IntStream.range(0, open.length).toArray();
    int[] ofGroups = IntStream.of(open).map(session -> old.group[session]).toArray();
    Order nowhere = new Order(new long[0], 0, new long[0]);
    int[] slots = groupsOf(old.groups.results(ofGroups), nowhere, rows, open.length);
    latest = new int[groups.size()];
    Arrays.fill(latest, NONE);
    int[] moved = new int[old.size];
    Arrays.fill(moved, open.length);
    for (int session = 0; session < open.length; session++) {
      int from = open[session];
      moved[from] = session;
      begin(slots[session], old.first[from], old.last[from]);
      shownStart[session] = old.shownStart[from];
      shownEnd[session] = old.shownEnd[from];
      changed.set(session, old.changed.get(from));
    }
    IntStream.of(open)
        .boxed()
        .sorted(Comparator.comparingLong(from -> old.first[from]))
        .forEach(from -> link(moved[from]));
    for (int a = 0; a < accumulators.length; a++) {
      accumulators[a].merge(old.accumulators[a], moved, old.size);
    }
    mergedInto[size++] = NONE;
    gone = 1;
  }

  private void link(int session) {
    earlier[session] = latest[group[session]];
    latest[group[session]] = session;
  }
}
