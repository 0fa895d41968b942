package dev.sluice.engine.sql;

import dev.sluice.engine.catalog.CatalogTable;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.Field;
import java.util.Locale;
import java.util.Objects;
import org.apache.calcite.sql.JoinConditionType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlJoin;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlTableRef;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.jspecify.annotations.Nullable;

/** Refuses joins of anything but a stream, on the left, and a reference table. */
final class JoinCheck {
  static final String FORM =
      "write FROM stream s JOIN table t ON s.column = t.key, or LEFT JOIN, for a reference table";

  private final StreamNames names;

  JoinCheck(StreamNames names) {
    this.names = names;
  }

  /**
   * What both sides give.
   *
   * @param left what stands on the left
   */
  Source check(SqlJoin join, Source left) {
    SqlParserPos place = join.getJoinTypeNode().getParserPosition();
    SqlIdentifier name = name(join.getRight());
    if (name == null) {
      throw Unsupported.at(
          join.getRight(),
          "JOIN of anything but a reference table",
          "join the table itself, and filter in WHERE");
    }
    CatalogTable table = names.findTable(name);
    if (table == null) {
      // Says so if there is nothing of the name.
      names.require(name);
      throw Unsupported.at(
          place,
          "JOIN of two streams",
          "a stream is joined with a reference table, PUT /v1/tables/{table}");
    }
    requireKind(join, place);
    SqlNode condition = join.getCondition();
    Source both =
        left.with(left.split(), table.definition().fields().stream().map(Field::name).toList());
    new ExpressionCheck(both).check(Objects.requireNonNull(condition));
    return both;
  }

  private static void requireKind(SqlJoin join, SqlParserPos place) {
    if (join.isNatural()) {
      throw Unsupported.at(place, "NATURAL JOIN", "say ON which columns are equal");
    }
    switch (join.getJoinType()) {
      case INNER, LEFT -> {}
      case COMMA, CROSS -> throw Unsupported.at(place, "a join without a condition", FORM);
      case RIGHT, FULL ->
          throw Unsupported.at(
              place,
              join.getJoinType() + " JOIN",
              "rows come of events: put the stream first, and say LEFT JOIN");
      default -> throw kind(join, place);
    }
    if (join.getConditionType() != JoinConditionType.ON) {
      throw Unsupported.at(place, "JOIN without ON", FORM);
    }
  }

  private static ProblemException kind(SqlJoin join, SqlParserPos place) {
    String kind = join.getJoinType().name().replace('_', ' ').toUpperCase(Locale.ROOT);
    return Unsupported.at(place, kind + " JOIN", FORM);
  }

  private static @Nullable SqlIdentifier name(SqlNode node) {
    if (node instanceof SqlCall as && as.getKind() == SqlKind.AS && as.operandCount() == 2) {
      return name(as.operand(0));
    }
    if (node instanceof SqlTableRef table
        && ((SqlNodeList) table.getOperandList().get(1)).isEmpty()) {
      return (SqlIdentifier) table.getOperandList().get(0);
    }
    return node instanceof SqlIdentifier name ? name : null;
  }
}
