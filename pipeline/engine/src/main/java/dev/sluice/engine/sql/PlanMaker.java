package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.plan.PreparedQuery;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.Ranking;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.sql.RelReader.Relation;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.jspecify.annotations.Nullable;

/** Puts what was read of a statement together: a plan for each part, under one list of columns. */
final class PlanMaker {
  private static final List<String> EDGES = List.of("window_start", "window_end");

  private final Statement statement;
  private final List<Part> parts;
  private final List<String> names;

  private record Part(StreamDefinition stream, Relation read, List<Expression> output) {}

  /**
   * @param selected names of the columns that the SELECT lists
   */
  PlanMaker(Statement statement, List<String> selected) {
    this.statement = statement;
    this.parts = new ArrayList<>();
    this.names = new ArrayList<>(selected);
  }

  /**
   * Adds a part.
   *
   * @param columns places of the listed columns among those that were read
   */
  void add(StreamDefinition stream, Relation read, List<Integer> columns) {
    List<Expression> output = columns.stream().map(read.columns()::get).toList();
    parts.add(new Part(stream, read, new ArrayList<>(output)));
  }

  PreparedQuery make() {
    if (parts.stream().noneMatch(part -> part.read().edges().isEmpty())) {
      addEdge(1);
      addEdge(0);
    }
    return new PreparedQuery(parts.stream().map(this::plan).toList(), names);
  }

  /** Puts an edge of the windows first where the SELECT does not have it. */
  private void addEdge(int edge) {
    String name = EDGES.get(edge);
    if (parts.size() > 1 && names.contains(name)) {
      return;
    }
    List<Expression> values = parts.stream().map(part -> part.read().edges().get(edge)).toList();
    if (IntStream.range(0, parts.size()).allMatch(p -> has(parts.get(p).output(), values.get(p)))) {
      return;
    }
    if (names.contains(name)) {
      throw Unsupported.problem(
          ProblemCode.QUERY_INVALID,
          statement.columns().getParserPosition(),
          name + " is the name of the window's own column: call the other one something else");
    }
    for (int p = 0; p < parts.size(); p++) {
      parts.get(p).output().add(0, values.get(p));
    }
    names.add(0, name);
  }

  private static boolean has(List<Expression> columns, Expression value) {
    return columns.stream().anyMatch(column -> column.toString().equals(value.toString()));
  }

  private QueryPlan plan(Part part) {
    Relation read = part.read();
    if (part.stream().isCompacted() && read.grouping() != null) {
      throw RexReader.unsupported(
          "an aggregate over "
              + part.stream().name()
              + ", a running total whose rows take each other's place,");
    }
    if (read.events().expansion() != null
        && PseudoColumn.isIn(String.valueOf(read), part.stream())) {
      throw RexReader.unsupported(
          "_partition, _offset, _ingested or _key with UNNEST, UNION ALL or the rows of HOP");
    }
    Ranking ranking = ranking(read);
    boolean ofWindows = ranking != null && statement.select().getOrderList() != null;
    return new QueryPlan(
        part.stream(),
        read.joins(),
        read.events().filter(),
        read.events().expansion(),
        read.inner(),
        read.grouping(),
        part.output(),
        ranking,
        ofWindows ? null : statement.limit(),
        null);
  }

  /** With ORDER BY, LIMIT is of each window; without, it ends the query. */
  private @Nullable Ranking ranking(Relation read) {
    SqlNodeList order = statement.select().getOrderList();
    if (order != null && parts.size() > 1) {
      throw Unsupported.at(
          order,
          "ORDER BY of a UNION ALL whose sides group or read different streams",
          "each side's rows leave when they are final: order each side, in brackets");
    }
    if (read.order().isEmpty()) {
      return null;
    }
    SqlNode place = order == null ? statement.select() : order;
    if (read.grouping() == null) {
      throw Unsupported.at(
          place,
          "ORDER BY without GROUP BY",
          "a row leaves as its event comes, and none is waited for");
    }
    if (read.grouping().window() instanceof Session) {
      throw Unsupported.at(
          place, "ORDER BY of sessions", "each is a window of one row: they leave as they end");
    }
    return new Ranking(read.order(), order == null ? read.limit() : statement.limit());
  }
}
