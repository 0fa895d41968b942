package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Ranking.By;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
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
  private @Nullable Window window;
  private @Nullable List<Expression> sessionKeys;
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
    if (aggregates == null && window != null && !(window instanceof Tumble)) {
      throw RexReader.unsupported(
          name(window) + " without GROUP BY window_start, window_end, which makes rows of it,");
    }
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
    if (node instanceof RexCall call && Windows.KINDS.contains(call.getKind())) {
      return start(window(call, call.getOperands().subList(1, call.getOperands().size())));
    }
    if (!(node instanceof RexInputRef)
        && RelOptUtil.InputFinder.bits(node).asList().stream()
            .anyMatch(i -> columns.get(i) instanceof WindowEdge)) {
      throw edgeAsValue();
    }
    return new RexReader(columns, aggregates == null ? List.of() : edges, window)
        .read(RexUtil.expandSearch(rex, null, node));
  }

  /** The operands are the time, which was checked, a session's keys, and the spans. */
  private void tableFunction(RexCall call) {
    List<RexNode> spans = call.getOperands().subList(1, call.getOperands().size());
    List<Expression> keys = List.of();
    if (spans.get(0) instanceof RexCall descriptor) {
      keys = read(descriptor.getOperands());
      spans = spans.subList(1, spans.size());
    }
    Window its = window(call, spans);
    sessionKeys = its instanceof Session ? keys : null;
    edges = List.of(start(its), end(its));
    columns = new ArrayList<>(columns);
    columns.addAll(edges);
  }

  /**
   * @param spans size and offset, slide and size and offset, or gap
   */
  private Window window(RexCall call, List<RexNode> spans) {
    long[] ms = spans.stream().mapToLong(RelReader::span).toArray();
    String name = call.getOperator().getName().replace("$", "").toUpperCase(Locale.ROOT);
    if (ms[0] < 1 || (name.equals("HOP") && ms[1] < 1)) {
      throw Problem.of(ProblemCode.QUERY_INVALID, name + "'s INTERVAL must be 1 ms or more")
          .toException();
    }
    Window its =
        switch (name) {
          case "HOP" -> hop(ms[0], ms[1], ms.length > 2 ? ms[2] : 0);
          case "SESSION" -> new Session(ms[0]);
          default -> new Tumble(ms[0], ms.length > 1 ? Math.floorMod(ms[1], ms[0]) : 0);
        };
    if (window != null && !window.equals(its)) {
      throw RexReader.unsupported("more than one window");
    }
    window = its;
    return its;
  }

  private static Hop hop(long slide, long size, long offset) {
    if (slide > size) {
      throw RexReader.unsupported(
          "HOP with a slide greater than its size, which leaves events between its windows,");
    }
    return new Hop(size, slide, Math.floorMod(offset, slide));
  }

  private static String name(Window window) {
    return window.getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }

  /** ms of an INTERVAL or of a TIME, which counts from midnight. */
  private static long span(RexNode node) {
    if (!(node instanceof RexLiteral literal)) {
      throw RexReader.unsupported("a window with an INTERVAL that is not a literal");
    }
    return switch (literal.getType().getSqlTypeName()) {
      case TIME -> RexReader.value(literal, Integer.class);
      default -> RexReader.milliseconds(literal);
    };
  }

  /** What each event has of it: of a tumbling window the time itself. */
  private Expression start(Window its) {
    if (!(its instanceof Tumble tumble)) {
      return new WindowEdge(false);
    }
    int time = stream.indexOf(String.valueOf(stream.time().field()));
    return Expressions.windowStart(
        Expressions.input(time, FieldType.TIMESTAMP), tumble.size(), tumble.offset());
  }

  private Expression end(Window its) {
    return its instanceof Tumble tumble
        ? Expressions.arithmetic(Arithmetic.ADD, start(its), Expressions.literal(tumble.size()))
        : new WindowEdge(true);
  }

  private static ProblemException edgeAsValue() {
    return RexReader.unsupported(
        "window_start or window_end as a value before GROUP BY, which gives each window its rows,");
  }

  private void aggregate(org.apache.calcite.rel.core.Aggregate node) {
    if (aggregates != null
        || node.getGroupType() != org.apache.calcite.rel.core.Aggregate.Group.SIMPLE) {
      throw RexReader.unsupported("grouping more than once, as DISTINCT of groups does,");
    }
    List<Expression> by = node.getGroupSet().asList().stream().map(columns::get).toList();
    List<Aggregate> calls =
        node.getAggCallList().stream()
            .filter(call -> call.getAggregation() != Windows.SESSION_END)
            .map(this::call)
            .toList();
    String start = window == null ? "" : start(window).toString();
    String end = window == null ? "" : end(window).toString();
    keys =
        by.stream().filter(k -> !k.toString().equals(start) && !k.toString().equals(end)).toList();
    checkWindow(keys.size() < by.size());
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
    int next = 0;
    for (AggregateCall call : node.getAggCallList()) {
      boolean isEnd = call.getAggregation() == Windows.SESSION_END;
      output.add(
          isEnd ? edges.get(1) : Expressions.input(keys.size() + next, calls.get(next).type()));
      next += isEnd ? 0 : 1;
    }
    columns = output;
    aggregates = calls;
    edges = window == null ? List.of() : edges;
  }

  /** Whether it is grouped by, or else is of no account, or cannot be left out. */
  private void checkWindow(boolean grouped) {
    List<Expression> own = sessionKeys;
    if (grouped && own != null && !(own.containsAll(keys) && keys.containsAll(own))) {
      throw RexReader.unsupported(
          "GROUP BY of other columns than the window and SESSION's own DESCRIPTOR");
    }
    if (!grouped && window != null && !(window instanceof Tumble)) {
      throw RexReader.unsupported(name(window) + " without window_start or window_end in GROUP BY");
    }
    window = grouped ? window : null;
  }

  private Aggregate call(AggregateCall call) {
    if (call.getArgList().stream().anyMatch(i -> columns.get(i) instanceof WindowEdge)) {
      throw edgeAsValue();
    }
    return aggregateReader.read(call, columns);
  }
}
