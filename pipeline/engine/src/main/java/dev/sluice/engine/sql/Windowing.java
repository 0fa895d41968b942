package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Tumble;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.ViewSource;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.jspecify.annotations.Nullable;

/** The window that the next GROUP BY may be by, and what stands for its edges before it. */
final class Windowing {
  private final String source;
  private final String name;

  /** What TUMBLE and its like must be over. */
  private final @Nullable Expression column;

  /** The event time of a row. */
  private final @Nullable Expression time;

  /** Windows that the rows are of already; null: they are events. */
  private final @Nullable Grouping before;

  private final List<Expression> edgesBefore;
  private @Nullable Window window;
  private @Nullable List<Expression> sessionKeys;

  private Windowing(
      String source,
      String name,
      @Nullable Expression column,
      @Nullable Expression time,
      @Nullable Grouping before,
      List<Expression> edgesBefore) {
    this.source = source;
    this.name = name;
    this.column = column;
    this.time = time;
    this.before = before;
    this.edgesBefore = edgesBefore;
  }

  /** Of a stream's events. */
  static Windowing of(StreamDefinition stream) {
    String field = stream.time().field();
    Expression column =
        field == null ? null : Expressions.input(stream.indexOf(field), FieldType.TIMESTAMP);
    ViewSource view = stream.view();
    Expression time = view != null && view.ends() && column != null ? justBefore(column) : column;
    return new Windowing(stream.name(), String.valueOf(field), column, time, null, List.of());
  }

  /**
   * Of the rows of groups, whose event time is their window's end less 1 ms.
   *
   * @param edges of the groups' windows; empty: they have none
   */
  static Windowing of(Grouping groups, List<Expression> edges) {
    Expression end = edges.isEmpty() ? null : edges.get(1);
    Expression time = end == null ? null : justBefore(end);
    return new Windowing("the sub-query", "window_end", end, time, groups, edges);
  }

  private static Expression justBefore(Expression end) {
    return Expressions.arithmetic(Arithmetic.SUBTRACT, end, Expressions.literal(1L));
  }

  @Nullable Window window() {
    return window;
  }

  /** Whether rows are gone if nothing is grouped by it. */
  boolean mustBeGrouped() {
    return window != null && !(window instanceof Tumble);
  }

  String windowName() {
    return String.valueOf(window == null ? null : name(window));
  }

  private static String name(Window window) {
    return window.getClass().getSimpleName().toUpperCase(Locale.ROOT);
  }

  /**
   * Reads {@code TUMBLE(time, …)} of GROUP BY.
   *
   * @param over what its first operand stands for
   * @return the window's start
   */
  Expression group(RexCall call, Expression over) {
    if (column == null || !over.toString().equals(column.toString())) {
      throw new Places.Unread(notTime(call), call.getOperator().getName());
    }
    read(call, call.getOperands().subList(1, call.getOperands().size()));
    return start();
  }

  private ProblemException notTime(RexCall call) {
    String kind = call.getOperator().getName().replace("$", "");
    return Problem.of(
            ProblemCode.QUERY_UNSUPPORTED,
            column == null
                ? kind + " of rows that have no time of their own is not supported"
                : kind
                    + " over anything but "
                    + name
                    + " is not supported: windows are of event time, which is "
                    + name
                    + " in "
                    + source)
        .toException();
  }

  /**
   * Reads {@code TUMBLE(TABLE stream, …)}, whose operands are the time, which was checked, a
   * session's keys, and the spans.
   *
   * @param keys of a session
   * @return the window's start and end
   */
  List<Expression> table(RexCall call, List<Expression> keys) {
    List<RexNode> spans = call.getOperands().subList(1, call.getOperands().size());
    read(call, spans.get(0) instanceof RexCall ? spans.subList(1, spans.size()) : spans);
    sessionKeys = window instanceof Session ? keys : null;
    return List.of(start(), end());
  }

  /** The windows of {@code HOP(TABLE stream, …)}, to be rows of; null if it is another. */
  static @Nullable Hop rows(RexCall call) {
    List<RexNode> spans = call.getOperands().subList(1, call.getOperands().size());
    return call.getOperator().getName().equalsIgnoreCase("HOP") ? (Hop) window(call, spans) : null;
  }

  /**
   * @param spans size and offset, slide and size and offset, or gap
   */
  private static Window window(RexCall call, List<RexNode> spans) {
    long[] ms = spans.stream().mapToLong(Windowing::span).toArray();
    String kind = call.getOperator().getName().replace("$", "").toUpperCase(Locale.ROOT);
    if (ms[0] < 1 || (kind.equals("HOP") && ms[1] < 1)) {
      throw Problem.of(ProblemCode.QUERY_INVALID, kind + "'s INTERVAL must be 1 ms or more")
          .toException();
    }
    return switch (kind) {
      case "HOP" -> hop(ms[0], ms[1], ms.length > 2 ? ms[2] : 0);
      case "SESSION" -> new Session(ms[0]);
      default -> new Tumble(ms[0], ms.length > 1 ? Math.floorMod(ms[1], ms[0]) : 0);
    };
  }

  private void read(RexCall call, List<RexNode> spans) {
    Window its = window(call, spans);
    if (window != null && !window.equals(its)) {
      throw RexReader.unsupported("more than one window");
    }
    if (before != null && (its instanceof Session || before.window() instanceof Session)) {
      throw RexReader.unsupported("SESSION as a window on a window");
    }
    window = its;
  }

  private static Hop hop(long slide, long size, long offset) {
    if (slide > size) {
      throw RexReader.unsupported(
          "HOP with a slide greater than its size, which leaves events between its windows,");
    }
    return new Hop(size, slide, Math.floorMod(offset, slide));
  }

  /** ms of an INTERVAL or of a TIME, which counts from midnight. */
  private static long span(RexNode node) {
    if (!(node instanceof RexLiteral literal)) {
      throw RexReader.unsupported("a window with an INTERVAL that is not a literal");
    }
    return switch (literal.getType().getSqlTypeName()) {
      case TIME -> RexLiterals.value(literal, Integer.class);
      default -> RexLiterals.milliseconds(literal);
    };
  }

  /** What each row has of it: of a tumbling window the time itself. */
  private Expression start() {
    if (!(window instanceof Tumble tumble) || time == null) {
      return new WindowEdge(false);
    }
    return Expressions.windowStart(time, tumble.size(), tumble.offset());
  }

  private Expression end() {
    return window instanceof Tumble tumble
        ? Expressions.arithmetic(Arithmetic.ADD, start(), Expressions.literal(tumble.size()))
        : new WindowEdge(true);
  }

  /** Which edge a column to group by is: 0 for the start, 1 for the end, -1 if it is none. */
  int edge(Expression key) {
    List<Expression> edges = window == null ? edgesBefore : List.of(start(), end());
    for (int edge = 0; edge < edges.size(); edge++) {
      if (edges.get(edge).toString().equals(key.toString())) {
        return edge;
      }
    }
    return -1;
  }

  /**
   * The window that is grouped by; null if none is.
   *
   * @param grouped whether an edge is among the keys
   * @param keys the others
   */
  @Nullable Window grouped(boolean grouped, List<Expression> keys) {
    List<Expression> own = sessionKeys;
    if (grouped && own != null && !(own.containsAll(keys) && keys.containsAll(own))) {
      throw RexReader.unsupported(
          "GROUP BY of other columns than the window and SESSION's own DESCRIPTOR");
    }
    if (!grouped && mustBeGrouped()) {
      throw RexReader.unsupported(windowName() + " without window_start or window_end in GROUP BY");
    }
    if (grouped && window == null && before != null) {
      if (!(before.window() instanceof Tumble)) {
        throw RexReader.unsupported("grouping again by the edges of windows that do not tumble");
      }
      window = before.window();
    }
    return grouped ? window : null;
  }
}
