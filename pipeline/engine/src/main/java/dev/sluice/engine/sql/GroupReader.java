package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;

/** Calcite's Aggregate to a grouping, and what stands for its columns after it. */
final class GroupReader {
  private final AggregateReader aggregates;
  private final Windowing windowing;
  private Grouping grouping = new Grouping(List.of(), null, List.of(), null);
  private List<Expression> edges = List.of();

  GroupReader(AggregateReader aggregates, Windowing windowing) {
    this.aggregates = aggregates;
    this.windowing = windowing;
  }

  /** What was read, without its HAVING. */
  Grouping grouping() {
    return grouping;
  }

  /** What stands for the window's start and end; empty if there is none. */
  List<Expression> edges() {
    return edges;
  }

  /**
   * @param columns before it
   * @return those after it
   */
  List<Expression> read(org.apache.calcite.rel.core.Aggregate node, List<Expression> columns) {
    List<Expression> by = node.getGroupSet().asList().stream().map(columns::get).toList();
    List<Aggregate> calls =
        node.getAggCallList().stream()
            .filter(call -> call.getAggregation() != Windows.SESSION_END)
            .map(call -> aggregates.read(call, columns))
            .toList();
    List<Expression> keys = by.stream().filter(key -> windowing.edge(key) < 0).toList();
    int firstEdge = keys.size() + calls.size();
    List<Expression> own =
        List.of(
            Expressions.input(firstEdge, FieldType.TIMESTAMP),
            Expressions.input(firstEdge + 1, FieldType.TIMESTAMP));
    List<Expression> output = new ArrayList<>();
    int nextKey = 0;
    for (Expression key : by) {
      int edge = windowing.edge(key);
      output.add(edge < 0 ? Expressions.input(nextKey++, key.type()) : own.get(edge));
    }
    int next = keys.size();
    for (AggregateCall call : node.getAggCallList()) {
      boolean isEnd = call.getAggregation() == Windows.SESSION_END;
      output.add(
          isEnd ? own.get(1) : Expressions.input(next, calls.get(next - keys.size()).type()));
      next += isEnd ? 0 : 1;
    }
    Window window = windowing.grouped(keys.size() < by.size(), keys);
    grouping = new Grouping(keys, window, calls, null);
    edges = window == null ? List.of() : own;
    return output;
  }
}
