package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The open sessions of every group, and their aggregates. An event begins a session, makes one
 * longer, or makes two into one; what they are in the end does not depend on the order of events.
 *
 * <p>A session is a slot, until {@link #compact} writes them anew.
 */
public final class SessionTable {
  private static final byte[] NOTHING = new byte[0];

  private final Grouping grouping;
  private final long gap;

  private GroupTable groups;
  private Accumulator[] accumulators;
  private SessionSpans spans;
  private ShownSessions shown = new ShownSessions();

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
    spans = new SessionSpans(gap, new Kept());
  }

  private static GroupTable groups(Grouping grouping) {
    return new GroupTable(new Grouping(grouping.keys(), null, List.of(), null));
  }

  private static Accumulator[] accumulators(Grouping grouping) {
    return grouping.aggregates().stream().map(Accumulator::of).toArray(Accumulator[]::new);
  }

  /** What is kept of each session besides its times. */
  private final class Kept implements SessionSpans.Keeper {
    @Override
    public void grow(int sessions) {
      shown.grow(sessions);
      for (Accumulator accumulator : accumulators) {
        accumulator.grow(sessions);
      }
    }

    @Override
    public void merged(int part, int whole) {
      shown.withdraw(part);
      shown.forget(part);
      for (Accumulator accumulator : accumulators) {
        StateWriter state = new StateWriter();
        accumulator.write(part, state);
        accumulator.read(whole, ByteBuffer.wrap(state.toBytes()));
      }
    }
  }

  /** Number of open sessions. */
  public int size() {
    return spans.size();
  }

  /** About how many bytes of heap they take; quick to tell. */
  public long bytes() {
    long bytes = groups.bytes() + spans.bytes() + shown.bytes();
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
    spans.growGroups(groups.size());
    for (int i = 0; i < count; i++) {
      long time = order.time()[rows[i]];
      slots[i] = spans.place(slots[i], time, time);
    }
    for (int i = 0; i < count; i++) {
      slots[i] = spans.root(slots[i]);
      if (early) {
        shown.change(slots[i]);
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
    spans.growGroups(groups.size());
    int session = spans.place(ofGroup, start, end - gap);
    ByteBuffer in = ByteBuffer.wrap(state);
    for (Accumulator accumulator : accumulators) {
      accumulator.read(session, in);
    }
  }

  private int[] groupsOf(Column[] keys, Order order, int[] rows, int count) {
    return groups.add(new Inputs(keys, new Column[0], order), rows, count);
  }

  // ---- closing ----

  /** Start of the oldest open session, ms of the epoch; {@link Long#MAX_VALUE} if there is none. */
  public long oldestStart() {
    return spans.oldestStart();
  }

  /** The sessions that end by then, ms of the epoch, in the order of end, start and keys. */
  public int[] endedBy(long time) {
    return ordered(spans.endedBy(time));
  }

  /** All open sessions, in the order of end, start and keys. */
  public int[] open() {
    return ordered(spans.open());
  }

  private int[] ordered(int[] sessions) {
    return IntStream.of(sessions)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer s) -> spans.last(s))
                .thenComparingLong(s -> spans.first(s))
                .thenComparing((a, b) -> groups.compare(spans.group(a), spans.group(b))))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Forgets sessions from {@link #endedBy}. */
  public void remove(int[] sessions) {
    spans.remove(sessions);
    for (int session : sessions) {
      shown.forget(session);
    }
  }

  // ---- what its readers have seen ----

  public boolean hasChanged() {
    return shown.hasChanged();
  }

  /** The sessions that have changed since the last time, in the order of end, start and keys. */
  public int[] takeChanged() {
    return ordered(shown.takeChanged());
  }

  /** Notes that readers see a session as it is. */
  public void show(int session) {
    shown.show(session, start(session), end(session));
  }

  /** Has what readers see of a session taken back, unless it is as it was shown. */
  public void withdrawIfMoved(int session) {
    if (!shown.isShown(session, start(session), end(session))) {
      withdraw(session);
    }
  }

  /** Has what readers see of a session taken back. */
  public void withdraw(int session) {
    shown.withdraw(session);
  }

  /** What is to be taken back, once. */
  public List<Shown> takeWithdrawn() {
    return shown.takeWithdrawn();
  }

  // ---- results ----

  public long start(int session) {
    return spans.first(session);
  }

  public long end(int session) {
    return spans.end(session);
  }

  /** Time of its last event, ms of the epoch. */
  public long last(int session) {
    return spans.last(session);
  }

  /** Its keys, as {@link GroupTable#key} writes them. */
  public byte[] key(int session) {
    return groups.key(spans.group(session));
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
    Column[] keys = groups.results(groupsOf(sessions));
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
    if (!spans.isMostlyGone() || shown.hasWithdrawn()) {
      return;
    }
    int[] open = spans.open();
    int slots = spans.slots();
    Column[] keys = groups.results(groupsOf(open));
    Accumulator[] before = accumulators;

    groups = groups(grouping);
    accumulators = accumulators(grouping);
    shown = shown.rewritten(open);
    int[] rows = IntStream.range(0, open.length).toArray();
    int[] ofGroups = groupsOf(keys, new Order(new long[0], 0, new long[0]), rows, open.length);
    spans = spans.rewritten(open, ofGroups, groups.size());

    int[] moved = new int[slots];
    Arrays.fill(moved, open.length);
    for (int session = 0; session < open.length; session++) {
      moved[open[session]] = session;
    }
    for (int a = 0; a < accumulators.length; a++) {
      accumulators[a].merge(before[a], moved, slots);
    }
  }

  private int[] groupsOf(int[] sessions) {
    return IntStream.of(sessions).map(spans::group).toArray();
  }
}
