package dev.sluice.engine.sql;

import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;

/** The {@code ORDER BY … LIMIT} of a side of UNION ALL: the first rows of each of its windows. */
final class SideOrder {
  private SideOrder() {}

  /** The side, which says it itself. */
  static SqlSelect inside(SqlOrderBy order) {
    if (order.offset != null) {
      throw Unsupported.at(order.offset, "OFFSET", "a query starts where \"from\" says");
    }
    if (order.orderList.isEmpty() || order.fetch == null) {
      throw Unsupported.at(
          order.orderList.isEmpty() ? order : order.orderList,
          "ORDER BY or LIMIT alone in a side of UNION ALL",
          "both together are the first rows of each window");
    }
    if (!(order.query instanceof SqlSelect select)) {
      throw Unsupported.at(order.orderList, "ORDER BY of brackets", "order each side of them");
    }
    Statement.limit(order.fetch);
    order.orderList.forEach(SideOrder::requireNoPlace);
    select.setOrderBy(order.orderList);
    select.setFetch(order.fetch);
    return select;
  }

  /** The edges of windows may yet come before the columns that are listed. */
  private static void requireNoPlace(SqlNode item) {
    SqlNode by = item;
    while (by instanceof SqlCall call
        && switch (call.getKind()) {
          case DESCENDING, NULLS_FIRST, NULLS_LAST -> true;
          default -> false;
        }) {
      by = call.operand(0);
    }
    if (by instanceof SqlLiteral) {
      throw Unsupported.at(by, "ORDER BY a place in a side of UNION ALL", "name the column");
    }
  }
}
