package dev.sluice.engine.sql;

import dev.sluice.model.stream.StreamDefinition;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlTableRef;
import org.jspecify.annotations.Nullable;

/** Refuses the clauses of a SELECT that Sluice does not run, before Calcite looks at it. */
final class SelectCheck {
  /** Calcite's time goes with its square. */
  private static final int MAX_COLUMNS = 512;

  private final StreamNames streams;

  SelectCheck(StreamNames streams) {
    this.streams = streams;
  }

  /** The stream that is read. */
  StreamDefinition check(SqlSelect select) {
    StreamDefinition stream = from(select, select.getFrom());
    if (select.isDistinct() && select.getGroup() != null) {
      throw Unsupported.at(
          select, "SELECT DISTINCT with GROUP BY", "groups are distinct: leave DISTINCT out");
    }
    if (select.getModifierNode(SqlSelectKeyword.STREAM) != null) {
      throw Unsupported.at(select, "SELECT STREAM", "every query is a stream: leave STREAM out");
    }
    if (select.hasHints()) {
      throw Unsupported.at(select, "a hint", "leave it out");
    }
    refuse(select.getQualify(), "QUALIFY");
    if (!select.getWindowList().isEmpty()) {
      throw Unsupported.at(
          select.getWindowList(), "WINDOW", "GROUP BY TUMBLE(…) aggregates over windows of time");
    }
    if (select.getSelectList().size() > MAX_COLUMNS) {
      throw Unsupported.at(
          select.getSelectList(),
          "a row of more than " + MAX_COLUMNS + " columns",
          "ask for fewer");
    }
    ExpressionCheck expressions = new ExpressionCheck(stream);
    expressions.check(select.getSelectList());
    expressions.check(select.getWhere());
    groupBy(select.getGroup(), expressions);
    expressions.check(select.getHaving());
    expressions.check(select.getOrderList());
    return stream;
  }

  private StreamDefinition from(SqlSelect select, @Nullable SqlNode from) {
    if (from == null) {
      throw Unsupported.at(select, "SELECT without FROM", "name a stream after FROM");
    }
    if (from instanceof SqlIdentifier name) {
      return streams.require(name);
    }
    if (from instanceof SqlTableRef table
        && table.getOperandList().get(0) instanceof SqlIdentifier name) {
      if (((SqlNodeList) table.getOperandList().get(1)).isEmpty()) {
        return streams.require(name);
      }
      throw Unsupported.at(from, "a hint", "leave it out");
    }
    if (from instanceof SqlJoin join) {
      throw Unsupported.kind(join.getJoinTypeNode().getParserPosition(), SqlKind.JOIN);
    }
    if (from instanceof SqlCall call) {
      switch (call.getKind()) {
        case AS -> {
          if (call.operandCount() > 2) {
            throw Unsupported.at(
                call.operand(2), "a list of column aliases after FROM", "rename in the SELECT");
          }
          return from(select, call.operand(0));
        }
        case COLLECTION_TABLE -> {
          return Windows.checkTableFunction(call.operand(0), streams);
        }
        case SELECT, ORDER_BY, WITH ->
            throw Unsupported.at(from, "a sub-query", "ask for it all in one SELECT");
        default -> throw Unsupported.kind(from, from.getKind());
      }
    }
    throw Unsupported.kind(from, from.getKind());
  }

  private static void groupBy(@Nullable SqlNodeList group, ExpressionCheck expressions) {
    if (group == null) {
      return;
    }
    boolean windowed = false;
    for (SqlNode key : group) {
      if (Windows.KINDS.contains(key.getKind())) {
        if (windowed) {
          throw Unsupported.at(key, "more than one window", "ask two queries");
        }
        windowed = true;
      }
      switch (key.getKind()) {
        case GROUPING_SETS, ROLLUP, CUBE, GROUP_BY_DISTINCT ->
            throw Unsupported.kind(key, key.getKind());
        default -> expressions.checkGroupKey(key);
      }
    }
  }

  private static void refuse(@Nullable SqlNode node, String construct) {
    if (node != null) {
      throw Unsupported.at(node, construct, "use HAVING, or filter where the rows arrive");
    }
  }
}
