package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Ranking.By;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.jspecify.annotations.Nullable;

/**
 * Calcite's tree of relations to the one shape of plan that there is. Read once, from the leaf to
 * the root: each relation turns the columns before it into those after it.
 */
final class RelReader {
  private final StreamDefinition stream;
  private final RexBuilder rex;
  private final AggregateReader aggregateReader;
  private final List<Expression> filters = new ArrayList<>();
  private final List<Expression> havings = new ArrayList<>();
  private List<Expression> columns = List.of();
  private List<Expression> edges = List.of();
  private List<By> order = List.of();
  private @Nullable Tumble window;
  private List<Expression> keys = List.of();
  private @Nullable List<Aggregate> aggregates;

  RelReader(StreamDefinition stream, RexBuilder rex, int maxListValues) {
    this.stream = stream;
    this.rex = rex;
    this.aggregateReader = new AggregateReader(maxListValues);
  }

  void read(RelNode node) {
    if (node.getInputs().size() > 1) {
      throw RexReader.unsupported(node.getRelTypeName());
    }
    node.getInputs().forEach(this::read);
    if (node instanceof TableScan) {
      columns = fields(stream);
    } else if (node instanceof TableFunctionScan scan) {
      tableFunction((RexCall) scan.getCall());
    } else if (node instanceof Project project) {
      columns = read(project.getProjects());
    } else if (node instanceof Filter filter) {
      (aggregates == null ? filters : havings).add(read(filter.getCondition()));
    } else if (node instanceof org.apache.calcite.rel.core.Aggregate aggregate) {
      aggregate(aggregate);
    } else if (node instanceof Sort sort) {
      order = sort.getCollation().getFieldCollations().stream().map(this::by).toList();
    } else {
      throw RexReader.unsupported(node.getRelTypeName());
    }
  }

  private By by(RelFieldCollation field) {
    return new By(
        columns.get(field.getFieldIndex()),
        field.direction.isDescending(),
        field.nullDirection == RelFieldCollation.NullDirection.FIRST);
  }

  /** What ORDER BY says; empty if there is none. */
  List<By> order() {
    return order;
  }

  @Nullable Expression filter() {
    return all(filters);
  }

  @Nullable Grouping grouping() {
    return aggregates == null ? null : new Grouping(keys, window, aggregates, all(havings));
  }

  /** The columns of the relation read last. */
  List<Expression> columns() {
    return columns;
  }

  /** What stands for the window's start and end in {@link #columns()}; empty if there is none. */
  List<Expression> edges() {
    return edges;
  }

  private static @Nullable Expression all(List<Expression> conditions) {
    if (conditions.isEmpty()) {
      return null;
    }
    Expression all = Expressions.and(conditions);
    return all.toString().equals(Expressions.TRUE.toString()) ? null : all;
  }

  private static List<Expression> fields(StreamDefinition stream) {
    List<Expression> fields = new ArrayList<>();
    for (Field field : stream.fields()) {
      fields.add(Expressions.input(fields.size(), field.type()));
    }
    return fields;
  }

  private List<Expression> read(List<RexNode> nodes) {
    List<Expression> read = new ArrayList<>(nodes.size());
    for (RexNode node : nodes) {
      read.add(read(node));
    }
    return read;
  }

  private Expression read(RexNode node) {
    if (node instanceof RexCall call && call.getKind() == SqlKind.TUMBLE) {
      return start(tumble(call.getOperands()));
    }
    return new RexReader(columns, aggregates == null ? List.of() : edges, window)
        .read(RexUtil.expandSearch(rex, null, node));
  }

  private void tableFunction(RexCall call) {
    Tumble tumble = tumble(call.getOperands());
    edges = List.of(start(tumble), end(tumble));
    columns = new ArrayList<>(columns);
    columns.addAll(edges);
  }

  /** The operands are the time, which was checked, the size and perhaps the offset. */
  private Tumble tumble(List<RexNode> operands) {
    long size = span(operands.get(1));
    if (size < 1) {
      throw Problem.of(
              ProblemCode.QUERY_INVALID, "TUMBLE's INTERVAL must be 1 ms or more: was " + size)
          .toException();
    }
    long offset = operands.size() > 2 ? Math.floorMod(span(operands.get(2)), size) : 0;
    Tumble tumble = new Tumble(size, offset);
    if (window != null && !window.equals(tumble)) {
      throw RexReader.unsupported("more than one TUMBLE");
    }
    window = tumble;
    return tumble;
  }

  /** ms of an INTERVAL or of a TIME, which counts from midnight. */
  private static long span(RexNode node) {
    if (!(node instanceof RexLiteral literal)) {
      throw RexReader.unsupported("TUMBLE with an INTERVAL that is not a literal");
    }
    return switch (literal.getType().getSqlTypeName()) {
      case TIME -> RexReader.value(literal, Integer.class);
      default -> RexReader.milliseconds(literal);
    };
  }

  private Expression start(Tumble tumble) {
    int time = stream.indexOf(String.valueOf(stream.time().field()));
    return Expressions.windowStart(
        Expressions.input(time, FieldType.TIMESTAMP), tumble.size(), tumble.offset());
  }

  private Expression end(Tumble tumble) {
    return Expressions.arithmetic(
        Arithmetic.ADD, start(tumble), Expressions.literal(tumble.size()));
  }

  private void aggregate(org.apache.calcite.rel.core.Aggregate node) {
    if (aggregates != null
        || node.getGroupType() != org.apache.calcite.rel.core.Aggregate.Group.SIMPLE) {
      throw RexReader.unsupported("grouping more than once, as DISTINCT of groups does,");
    }
    List<Expression> by = node.getGroupSet().asList().stream().map(columns::get).toList();
    List<Aggregate> calls =
        node.getAggCallList().stream().map(c -> aggregateReader.read(c, columns)).toList();
    String start = window == null ? "" : start(window).toString();
    String end = window == null ? "" : end(window).toString();
    keys =
        by.stream().filter(k -> !k.toString().equals(start) && !k.toString().equals(end)).toList();
    if (keys.size() == by.size()) {
      window = null;
    }
    int firstEdge = keys.size() + calls.size();
    edges =
        List.of(
            Expressions.input(firstEdge, FieldType.TIMESTAMP),
            Expressions.input(firstEdge + 1, FieldType.TIMESTAMP));
    List<Expression> output = new ArrayList<>();
    for (Expression key : by) {
      int index = keys.indexOf(key);
      output.add(
          index >= 0
              ? Expressions.input(index, key.type())
              : edges.get(key.toString().equals(start) ? 0 : 1));
    }
    for (int i = 0; i < calls.size(); i++) {
      output.add(Expressions.input(keys.size() + i, calls.get(i).type()));
    }
    columns = output;
    aggregates = calls;
    edges = window == null ? List.of() : edges;
  }
}
