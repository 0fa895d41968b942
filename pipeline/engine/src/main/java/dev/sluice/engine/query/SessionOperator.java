package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.aggregate.SessionTable;
import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sessions: each leaves once, when the watermark has passed its end. Whatever came in time is at or
 * after its partition's watermark, so nothing can touch a session that has left.
 *
 * <p>An early row is taken back when its session begins or ends elsewhere by now.
 */
final class SessionOperator implements Operator {
  private final QueryPlan plan;
  private final Grouping grouping;
  private final Session window;
  private final boolean changes;
  private final SessionTable sessions;
  private long firstStart = Long.MIN_VALUE;

  /**
   * @param changes whether early rows are sent
   */
  SessionOperator(QueryPlan plan, Grouping grouping, Session window, boolean changes) {
    this.plan = plan;
    this.grouping = grouping;
    this.window = window;
    this.changes = changes;
    this.sessions = new SessionTable(grouping, window);
  }

  @Override
  public void begin(long first) {
    firstStart = first;
  }

  @Override
  public long oldestOpen() {
    return sessions.oldestStart();
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    EventRuns.inTime(window, batch, events)
        .hand(
            grouping,
            batch,
            events,
            accounting,
            (start, end, inputs, rows, count) -> sessions.add(inputs, rows, count, changes));
  }

  /** Adds a part of a session that was written, as {@link SessionTable} has it. */
  void add(long start, long end, byte[] key, byte[] state) {
    sessions.add(start, end, key, state);
  }

  @Override
  public void advance(long watermark, RowSink sink) {
    int[] ended = sessions.endedBy(watermark);
    if (ended.length > 0) {
      send(Kind.ROW, ended, sink);
      sessions.remove(ended);
      sessions.compact();
    }
  }

  @Override
  public void finish(RowSink sink) {
    send(Kind.UPDATE, sessions.open(), sink);
  }

  private void send(Kind kind, int[] which, RowSink sink) {
    IntStream.of(which).forEach(sessions::withdrawIfMoved);
    int[] own = own(which);
    Rows rows = Rows.all(sessions.results(own), own.length);
    Rows let = grouping.having() == null ? rows : Filters.where(grouping.having(), rows);
    send(kind, let, false, sink);
    // Afterwards: the place of an early row is that after all final ones.
    takeBack(sink);
  }

  private int[] own(int[] which) {
    return IntStream.of(which).filter(s -> sessions.start(s) >= firstStart).toArray();
  }

  @Override
  public boolean hasEarly() {
    return changes && sessions.hasChanged();
  }

  @Override
  public void early(RowSink sink) {
    int[] changed = sessions.takeChanged();
    IntStream.of(changed).forEach(sessions::withdrawIfMoved);
    int[] own = own(changed);
    Rows rows = Rows.all(sessions.results(own), own.length);
    Rows let = grouping.having() == null ? rows : Filters.where(grouping.having(), rows);
    boolean[] through = new boolean[own.length];
    for (int i = 0; i < let.count(); i++) {
      through[let.selected()[i]] = true;
    }
    for (int i = 0; i < own.length; i++) {
      if (through[i]) {
        sessions.show(own[i]);
      } else {
        sessions.withdraw(own[i]);
      }
    }
    takeBack(sink);
    send(Kind.UPDATE, let, false, sink);
  }

  private void takeBack(RowSink sink) {
    List<SessionTable.Shown> withdrawn = sessions.takeWithdrawn();
    send(Kind.UPDATE, Rows.all(sessions.results(withdrawn), withdrawn.size()), true, sink);
  }

  /** Rows that leave together end at the same time. Where one starts is part of what it is. */
  private void send(Kind kind, Rows rows, boolean deleted, RowSink sink) {
    if (rows.count() == 0) {
      return;
    }
    Column[] columns = rows.columns();
    LongColumn ends = (LongColumn) columns[columns.length - 1];
    int width = grouping.keys().size();
    Column[] keys = Arrays.copyOf(columns, width + 1);
    keys[width] = columns[columns.length - 2];
    Column[] output = GroupTable.evaluate(plan.output(), rows);
    int[] selected = rows.selected();
    int from = 0;
    while (from < rows.count()) {
      long end = ends.values()[selected[from]];
      int to = from + 1;
      while (to < rows.count() && ends.values()[selected[to]] == end) {
        to++;
      }
      Rows run = rows.select(Arrays.copyOfRange(selected, from, to), to - from);
      sink.rows(
          kind,
          Columns.gather(keys, run),
          Columns.gather(output, run),
          run.count(),
          end,
          deleted ? all(run.count()) : null);
      from = to;
    }
  }

  private static long[] all(int rows) {
    long[] all = Bitmap.none(rows);
    Arrays.fill(all, -1);
    return all;
  }

  @Override
  public int groups() {
    return sessions.size();
  }

  @Override
  public long bytes() {
    return sessions.bytes();
  }
}
