package dev.sluice.engine.query;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.EventBatch.LogColumns;
import dev.sluice.model.event.EventBatch.Undecodable;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A window on a window: the final rows of the one are the events of the other, each at its window's
 * end less 1 ms. None is late: at a watermark all windows of the one leave before those of the
 * other.
 */
final class NestedOperator extends OperatorBefore {
  private static final Undecodable NONE = new Undecodable(new long[0], new long[0]);

  private final Operator inner;
  private final Operator outer;
  private final long lead;

  /**
   * @param lead how long before the outer's first window the inner's may begin that are part of it,
   *     ms
   */
  NestedOperator(Operator inner, Operator outer, long lead) {
    super(outer);
    this.inner = inner;
    this.outer = outer;
    this.lead = lead;
  }

  /** The plan of the inner one: its rows are its grouping's columns. */
  static QueryPlan inner(QueryPlan plan, Grouping grouping) {
    List<Expression> columns = new ArrayList<>();
    for (Expression key : grouping.keys()) {
      columns.add(Expressions.input(columns.size(), key.type()));
    }
    for (Aggregate aggregate : grouping.aggregates()) {
      columns.add(Expressions.input(columns.size(), aggregate.type()));
    }
    columns.add(Expressions.input(columns.size(), FieldType.TIMESTAMP));
    columns.add(Expressions.input(columns.size(), FieldType.TIMESTAMP));
    return new QueryPlan(plan.stream(), null, null, null, grouping, columns, null, null);
  }

  @Override
  public void begin(long first) {
    inner.begin(first == Long.MIN_VALUE ? first : first - lead);
    super.begin(first);
  }

  @Override
  public void add(EventBatch batch, Rows events, Accounting accounting, RowSink sink) {
    inner.add(batch, events, accounting, new Rewound(sink));
  }

  @Override
  public void advance(long watermark, RowSink sink) {
    inner.advance(watermark, new Rewound(sink));
    super.advance(watermark, sink);
  }

  @Override
  public int groups() {
    return inner.groups() + super.groups();
  }

  @Override
  public long bytes() {
    return inner.bytes() + super.bytes();
  }

  /** Where the inner's rows go: into the outer, whose rows go to a sink. */
  private final class Rewound implements RowSink {
    private final RowSink sink;

    Rewound(RowSink sink) {
      this.sink = sink;
    }

    @Override
    public void rows(
        Kind kind,
        Column[] keys,
        Column[] columns,
        int rows,
        long window,
        long @Nullable [] deleted) {
      if (kind == Kind.ROW) {
        outer.add(batch(columns, rows), Rows.all(columns, rows), new Accounting(), sink);
      }
    }

    @Override
    public void events(Column[] columns, EventBatch batch, Rows events) {
      throw new IllegalStateException("windows have groups");
    }
  }

  /** The rows of one window; in the order of their groups, where their time does not tell. */
  private static EventBatch batch(Column[] columns, int rows) {
    long[] ends = ((LongColumn) columns[columns.length - 1]).values();
    long[] places = new long[rows];
    long[] times = new long[rows];
    long[] watermarks = new long[rows];
    for (int row = 0; row < rows; row++) {
      places[row] = row;
      times[row] = ends[row] - 1;
    }
    Arrays.fill(watermarks, Long.MIN_VALUE);
    LogColumns log = new LogColumns(places, times, times, watermarks, null, null);
    return new EventBatch(0, 0, rows, rows, columns, log, Long.MIN_VALUE, NONE);
  }
}
