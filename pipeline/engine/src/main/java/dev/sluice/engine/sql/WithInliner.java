package dev.sluice.engine.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlOrderBy;
import org.apache.calcite.sql.SqlSelect;
import org.apache.calcite.sql.SqlTableRef;
import org.apache.calcite.sql.SqlWith;
import org.apache.calcite.sql.SqlWithItem;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;
import org.jspecify.annotations.Nullable;

/** Writes what WITH names to where it is read from: a sub-query each time. */
final class WithInliner {
  private WithInliner() {}

  /**
   * The query without its WITHs; parts of it are changed in place.
   *
   * @throws dev.sluice.model.problem.ProblemException if it becomes too large
   */
  static SqlNode inline(SqlNode query) {
    return query(query, Map.of());
  }

  private static SqlNode query(SqlNode node, Map<String, SqlNode> names) {
    if (node instanceof SqlWith with) {
      Map<String, SqlNode> inner = new HashMap<>(names);
      for (SqlNode item : with.withList) {
        define((SqlWithItem) item, inner);
      }
      return query(with.body, inner);
    }
    if (node instanceof SqlOrderBy order) {
      query(order.query, names);
    } else if (node instanceof SqlSelect select) {
      if (select.getFrom() != null) {
        select.setFrom(from(select.getFrom(), names));
      }
    } else if (node instanceof SqlBasicCall call && call.getKind() == SqlKind.UNION) {
      for (int i = 0; i < call.operandCount(); i++) {
        call.setOperand(i, query(call.operand(i), names));
      }
    }
    return node;
  }

  private static void define(SqlWithItem item, Map<String, SqlNode> names) {
    if (item.recursive.booleanValue()) {
      throw Unsupported.at(item, "WITH RECURSIVE", "");
    }
    SqlNode query = query(item.query, names);
    if (item.columnList != null) {
      SqlNode[] operands = new SqlNode[item.columnList.size() + 2];
      operands[0] = query;
      operands[1] = item.name;
      for (int i = 2; i < operands.length; i++) {
        operands[i] = item.columnList.get(i - 2);
      }
      query = all(SqlStdOperatorTable.AS.createCall(item.getParserPosition(), operands));
    }
    SqlSize.requireWithin(query);
    names.put(item.name.getSimple().toLowerCase(Locale.ROOT), query);
  }

  private static SqlNode from(SqlNode node, Map<String, SqlNode> names) {
    SqlNode named = named(node, names);
    if (named != null) {
      SqlParserPos place = node.getParserPosition();
      return SqlStdOperatorTable.AS.createCall(place, copy(named), name(node));
    }
    if (node instanceof SqlJoin join) {
      join.setLeft(from(join.getLeft(), names));
      join.setRight(from(join.getRight(), names));
    } else if (node instanceof SqlBasicCall call && call.getKind() == SqlKind.AS) {
      SqlNode query = named(call.operand(0), names);
      call.setOperand(0, query == null ? from(call.operand(0), names) : copy(query));
    } else {
      return query(node, names);
    }
    return node;
  }

  private static @Nullable SqlNode named(SqlNode node, Map<String, SqlNode> names) {
    SqlIdentifier name = name(node);
    return name != null && name.isSimple()
        ? names.get(name.getSimple().toLowerCase(Locale.ROOT))
        : null;
  }

  private static @Nullable SqlIdentifier name(SqlNode node) {
    if (node instanceof SqlTableRef table
        && ((SqlNodeList) table.getOperandList().get(1)).isEmpty()) {
      return (SqlIdentifier) table.getOperandList().get(0);
    }
    return node instanceof SqlIdentifier name ? name : null;
  }

  /** SELECT * of it. */
  static SqlSelect all(SqlNode from) {
    SqlParserPos place = from.getParserPosition();
    SqlNodeList star = new SqlNodeList(place);
    star.add(SqlIdentifier.star(place));
    return new SqlSelect(
        place, null, star, from, null, null, null, null, null, null, null, null, null);
  }

  /** Calcite tells nodes apart by what they are, not by what they say. */
  static SqlNode copy(SqlNode node) {
    SqlNode copy =
        node.accept(
            new SqlShuttle() {
              @Override
              public @Nullable SqlNode visit(SqlCall call) {
                CallCopyingArgHandler copying = new CallCopyingArgHandler(call, true);
                call.getOperator().acceptCall(this, call, false, copying);
                return copying.result();
              }

              @Override
              public SqlNode visit(SqlIdentifier id) {
                return id.clone(id.getParserPosition());
              }
            });
    if (copy == null) {
      throw new IllegalStateException("no copy of " + node);
    }
    return copy;
  }
}
