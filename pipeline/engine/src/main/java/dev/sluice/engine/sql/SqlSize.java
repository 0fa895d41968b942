package dev.sluice.engine.sql;

import dev.sluice.model.problem.ProblemCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/**
 * Bounds on a syntax tree: on its depth, as Calcite goes down it by recursion, and on its size once
 * Calcite has written it out. {@code x IN (1, 2, 3)} becomes three comparisons of x, so that a few
 * of them within each other would fill any memory.
 */
final class SqlSize {
  /** Levels; a chain {@code a + b + c …} is a level per operator. */
  static final int MAX_DEPTH = 300;

  static final int MAX_NODES = 100_000;

  private SqlSize() {}

  private record Level(SqlNode node, int depth) {}

  /** Bounds a statement as it is written. */
  static void requireWithin(SqlNode statement) {
    count(statement, null);
  }

  /**
   * Bounds what a SELECT's columns and conditions become where the columns of sub-queries are
   * written out: {@code x + x} of {@code x + x} of {@code x + x} doubles with each of them.
   */
  static void requireWithin(SqlSelect select, Source source) {
    SqlNodeList all = new SqlNodeList(select.getParserPosition());
    all.add(select.getSelectList());
    Stream.of(select.getWhere(), select.getGroup(), select.getHaving(), select.getOrderList())
        .filter(Objects::nonNull)
        .forEach(all::add);
    count(all, source);
  }

  /** How many parts an expression over a source has. */
  static int of(SqlNode expression, Source source) {
    return count(expression, source);
  }

  /** Counts by hand: a recursion is what must not happen yet. */
  private static int count(SqlNode root, @Nullable Source source) {
    Deque<Level> open = new ArrayDeque<>();
    open.push(new Level(root, 1));
    int count = 0;
    while (!open.isEmpty()) {
      Level level = open.pop();
      count +=
          source != null && level.node() instanceof SqlIdentifier column && !column.isStar()
              ? source.size(column.names.get(column.names.size() - 1))
              : 1;
      SqlParserPos place = level.node().getParserPosition();
      if (level.depth() > MAX_DEPTH) {
        throw refused(place, "the query is nested more than " + MAX_DEPTH + " deep here");
      }
      if (count + open.size() > MAX_NODES) {
        throw refused(place, "the query is, written out, of more than " + MAX_NODES + " parts");
      }
      for (SqlNode part : parts(level.node())) {
        if (part != null) {
          open.push(new Level(part, level.depth() + 1));
        }
      }
    }
    return count;
  }

  private static RuntimeException refused(SqlParserPos place, String detail) {
    return Unsupported.problem(ProblemCode.QUERY_UNSUPPORTED, place, detail + "; write it simpler");
  }

  /** The parts, each as often as it stands in what the node becomes. */
  private static List<SqlNode> parts(SqlNode node) {
    if (node instanceof SqlNodeList list) {
      return list.getList();
    }
    if (!(node instanceof SqlCall call)) {
      return List.of();
    }
    List<SqlNode> operands = call.getOperandList();
    return switch (call.getKind()) {
      case IN, NOT_IN ->
          operands.get(1) instanceof SqlNodeList members
              ? repeated(operands, Math.max(1, members.size()))
              : operands;
      case BETWEEN -> repeated(operands, 4);
      case NULLIF, COALESCE, OTHER_FUNCTION -> nullFunction(call, operands);
      default -> operands;
    };
  }

  private static List<SqlNode> nullFunction(SqlCall call, List<SqlNode> operands) {
    boolean twice = call.getOperator().getName().equalsIgnoreCase("NULLIF") && !operands.isEmpty();
    return twice ? repeated(operands, 2) : operands;
  }

  private static List<SqlNode> repeated(List<SqlNode> operands, int times) {
    List<SqlNode> parts = new ArrayList<>(operands);
    for (int i = 1; i < times; i++) {
      parts.add(operands.get(0));
    }
    return parts;
  }
}
