package dev.sluice.engine.sql;

import dev.sluice.model.problem.ProblemCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.parser.SqlParserPos;

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

  /** Counts by hand: a recursion is what must not happen yet. */
  static void requireWithin(SqlNode statement) {
    Deque<Level> open = new ArrayDeque<>();
    open.push(new Level(statement, 1));
    for (int count = 1; !open.isEmpty(); count++) {
      Level level = open.pop();
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
