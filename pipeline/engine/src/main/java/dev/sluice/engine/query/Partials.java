package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.aggregate.Inputs;
import dev.sluice.engine.aggregate.SessionTable;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.plan.Expansion;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.reference.TableCopy;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has come to a plan's groups since the last time somebody asked, of the partitions of a
 * stream that one process reads: each event's part is in it exactly as in a live query. Keeps
 * nothing that was asked for. One thread at a time.
 */
public final class Partials {
  /** No window: a running total. */
  private static final Place TOTAL = new Place(Long.MAX_VALUE, Long.MAX_VALUE);

  private final QueryPlan plan;
  private final Intake intake;
  private final @Nullable EventRows eventRows;
  private final Map<Integer, Reached> reached = new HashMap<>();
  private final TreeMap<Place, GroupTable> groups = new TreeMap<>();
  private @Nullable SessionTable sessions;

  /** Where events are aggregated apart: see {@link EventRuns#inTime}. */
  private record Place(long start, long end) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = Long.compare(start, other.start);
      return order == 0 ? Long.compare(end, other.end) : order;
    }
  }

  /** Where it is in a partition. */
  private static final class Reached {
    private final GroupPosition begin;
    private final Accounting accounting = new Accounting();
    private long offset;
    private long watermark;

    Reached(GroupPosition begin) {
      this.begin = begin;
      this.offset = begin.offset();
      this.watermark = begin.watermark();
    }

    GroupPosition position() {
      return new GroupPosition(offset, watermark, begin.fates().plus(accounting.fates()));
    }
  }

  /** Takes what the events have become. */
  public interface Sink {
    /**
     * What has come to a group.
     *
     * @param key as {@link GroupTable#key} writes it
     * @param start ms of the epoch: of the tumbling window or the hopping windows' pane, the first
     *     event's time of a part of a session, or {@link Long#MAX_VALUE} for a running total
     * @param end ms of the epoch: of the tumbling window or the first hopping window that it counts
     *     in, the last event's time of a part of a session, or {@link Long#MAX_VALUE}
     * @param state as {@link GroupTable#state} writes it
     */
    void group(byte[] key, long start, long end, byte[] state);

    /**
     * Rows of a plan that groups nothing, in the order of their events.
     *
     * @param columns a row each for the rows of the batch
     */
    void events(Column[] columns, EventBatch batch, Rows events);

    /** A record that is no event. Told once, as it is read. */
    default void undecodable(int partition, long offset) {}

    /** An event that is late for all its windows. Told once, as it is read. */
    default void late(int partition, long offset) {}
  }

  /**
   * Those of a plan without joins.
   *
   * @param plan with one grouping or none, and neither ranking nor limit
   */
  public Partials(QueryPlan plan) {
    this(plan, List.of());
  }

  /**
   * @param plan with one grouping or none, and neither ranking nor limit
   * @param tables that it joins, in its order
   */
  public Partials(QueryPlan plan, List<TableCopy> tables) {
    this.plan = plan;
    Expression before = FilterParts.of(plan).before();
    this.intake = new Intake(plan, before == null ? null : new SharedFilter(before), tables);
    Expansion expansion = plan.expansion();
    this.eventRows = expansion == null ? null : new EventRows(plan, expansion);
  }

  /** Forgets all that it has, and begins with these partitions, here. */
  public void begin(Map<Integer, GroupPosition> positions) {
    forget();
    reached.clear();
    positions.forEach((partition, position) -> reached.put(partition, new Reached(position)));
  }

  private void forget() {
    groups.clear();
    sessions = null;
  }

  /** Where it is in each of its partitions. */
  public Map<Integer, GroupPosition> positions() {
    Map<Integer, GroupPosition> positions = new HashMap<>();
    reached.forEach((partition, at) -> positions.put(partition, at.position()));
    return positions;
  }

  /**
   * Takes the next batch of a partition.
   *
   * @param sink gets the rows of a plan that groups nothing, at once
   * @throws dev.sluice.model.problem.ProblemException QUERY_…, where an expression has no value
   */
  public void add(EventBatch batch, Sink sink) {
    Reached at = Objects.requireNonNull(reached.get(batch.partition()), "not its partition");
    if (batch.nextOffset() <= at.offset) {
      // Read again for its ids alone.
      return;
    }
    Accounting accounting = at.accounting;
    accounting.undecodable += batch.undecodable().offset().length;
    tellUndecodable(batch, sink);
    Rows events = intake.take(batch, 0, batch.size(), Long.MIN_VALUE, Long.MAX_VALUE, accounting);
    if (events.count() > 0) {
      if (eventRows == null) {
        add(batch, events, accounting, sink);
      } else {
        eventRows.hand(batch, events, accounting, (made, rows, own) -> add(made, rows, own, sink));
      }
    }
    at.offset = batch.nextOffset();
    at.watermark = Math.max(at.watermark, batch.endWatermark());
  }

  private static void tellUndecodable(EventBatch batch, Sink sink) {
    long[] offsets = batch.undecodable().offset();
    byte[][] deleted = batch.undecodable().deleted();
    for (int i = 0; i < offsets.length; i++) {
      // That somebody else's topic has deletions is no fault of theirs.
      if (deleted == null || deleted[i] == null) {
        sink.undecodable(batch.partition(), offsets[i]);
      }
    }
  }

  private void add(EventBatch batch, Rows events, Accounting accounting, Sink sink) {
    Grouping grouping = plan.grouping();
    Window window = plan.window();
    if (grouping == null) {
      accounting.counted += events.count();
      Column[] rows = GroupTable.evaluate(plan.output(), events);
      sink.events(Columns.gather(rows, events), batch, events);
    } else if (window == null) {
      accounting.counted += events.count();
      Inputs inputs = Inputs.of(grouping, events, batch);
      groups(grouping, TOTAL).add(inputs, events.selected(), events.count());
    } else if (window instanceof Session session) {
      SessionTable table = sessions(grouping, session);
      inTime(window, batch, events, sink)
          .hand(
              grouping,
              batch,
              events,
              accounting,
              (start, end, inputs, rows, count) -> table.add(inputs, rows, count, false));
    } else {
      inTime(window, batch, events, sink)
          .hand(
              grouping,
              batch,
              events,
              accounting,
              (start, end, inputs, rows, count) ->
                  groups(grouping, new Place(start, end)).add(inputs, rows, count));
    }
  }

  private static EventRuns inTime(Window window, EventBatch batch, Rows events, Sink sink) {
    EventRuns runs = EventRuns.inTime(window, batch, events);
    runs.eachLate(batch, events, offset -> sink.late(batch.partition(), offset));
    return runs;
  }

  private GroupTable groups(Grouping grouping, Place place) {
    return groups.computeIfAbsent(place, p -> new GroupTable(grouping));
  }

  private SessionTable sessions(Grouping grouping, Session window) {
    SessionTable table = sessions;
    if (table == null) {
      table = new SessionTable(grouping, window);
      sessions = table;
    }
    return table;
  }

  /** Hands on every group that something has come to, once, and forgets it. */
  public void drain(Sink sink) {
    groups.forEach(
        (place, table) -> {
          for (int slot = 0; slot < table.size(); slot++) {
            sink.group(table.key(slot), place.start(), place.end(), table.state(slot));
          }
        });
    SessionTable table = sessions;
    if (table != null) {
      for (int session : table.open()) {
        sink.group(
            table.key(session), table.start(session), table.last(session), table.state(session));
      }
    }
    forget();
  }

  /** About how many bytes of heap it takes. */
  public long bytes() {
    long bytes = sessions == null ? 0 : sessions.bytes();
    for (GroupTable table : groups.values()) {
      bytes += table.bytes();
    }
    return bytes;
  }
}
