package dev.sluice.engine.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.calcite.sql.SqlSetOperator;
import org.jspecify.annotations.Nullable;

/** Refuses the clauses of a SELECT that Sluice does not run, before Calcite looks at it. */
final class SelectCheck {
  /** Calcite's time goes with its square. */
  private static final int MAX_COLUMNS = 512;

  /** Sub-queries within each other. */
  private static final int MAX_DEPTH = 16;

  /** Sides of UNION ALL. */
  private static final int MAX_BRANCHES = 64;

  private final FromCheck from;
  private int depth;
  private int branches = 1;

  SelectCheck(StreamNames streams) {
    from = new FromCheck(streams, this::subQuery);
  }

  /** What is read. */
  Source check(SqlSelect select) {
    Source source = from.check(select, select.getFrom());
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
    SqlSize.requireWithin(select, source);
    ExpressionCheck expressions = new ExpressionCheck(source);
    expressions.check(select.getSelectList());
    expressions.check(select.getWhere());
    groupBy(select.getGroup(), expressions);
    expressions.check(select.getHaving());
    expressions.check(select.getOrderList());
    return source;
  }

  /** Checks what stands in FROM, and names its columns. */
  private Source subQuery(SqlNode query) {
    depth++;
    if (depth > MAX_DEPTH) {
      throw Unsupported.at(
          query, "nesting sub-queries more than " + MAX_DEPTH + " deep", "write it flatter");
    }
    Source rows = rows(query);
    depth--;
    return rows;
  }

  /** Of a SELECT, or of all sides of a UNION ALL under the names of the first. */
  private Source rows(SqlNode query) {
    List<SqlNode> sides = new ArrayList<>();
    addSides(query, sides);
    List<SubQuery> named = sides.stream().map(this::side).toList();
    if (named.size() > 1) {
      named.forEach(SubQuery::freeNulls);
    }
    Set<String> edges = SubQuery.edges(named);
    Source rows = null;
    for (SubQuery side : named) {
      Source its = side.with(edges);
      Windows.markSessionEnds(side.select());
      rows = rows == null ? its : rows.with(its);
    }
    return Objects.requireNonNull(rows);
  }

  private void addSides(SqlNode query, List<SqlNode> sides) {
    if (query.getKind() != SqlKind.UNION) {
      sides.add(query);
      return;
    }
    SqlCall union = (SqlCall) query;
    if (!((SqlSetOperator) union.getOperator()).isAll()) {
      throw Unsupported.kind(union, SqlKind.UNION);
    }
    if (++branches > MAX_BRANCHES) {
      throw Unsupported.at(union, "UNION ALL of more than " + MAX_BRANCHES + " queries", "");
    }
    for (int side = 0; side < union.operandCount(); side++) {
      if (union.operand(side) instanceof SqlOrderBy order) {
        union.setOperand(side, SideOrder.inside(order));
      }
      addSides(union.operand(side), sides);
    }
  }

  private SubQuery side(SqlNode query) {
    if (query instanceof SqlOrderBy order) {
      throw Unsupported.at(
          order.orderList.isEmpty() ? order : order.orderList,
          "ORDER BY or LIMIT in a sub-query",
          "order and limit what comes out in the end");
    }
    if (!(query instanceof SqlSelect select)) {
      throw Unsupported.kind(query, query.getKind());
    }
    return SubQuery.of(select, check(select));
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
