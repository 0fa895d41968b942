package dev.sluice.engine.sql;

import dev.sluice.model.problem.ProblemCode;
import java.math.BigDecimal;
import java.util.Set;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.type.SqlTypeName;

/** Rules of the aggregates that have parameters: they are literals. */
final class AggregateCheck {
  private static final Set<String> AGGREGATES_OF_ORDER =
      Set.of(Functions.LISTAGG, Functions.ARRAY_AGG);

  private AggregateCheck() {}

  static void check(String name, SqlCall call) {
    if (call.operandCount() < 2) {
      return;
    }
    SqlNode last = call.operand(call.operandCount() - 1);
    if (AGGREGATES_OF_ORDER.contains(name) && last instanceof SqlNodeList) {
      throw Unsupported.at(last, "ORDER BY in " + name, ExpressionCheck.ORDER_OF_EVENTS);
    }
    switch (name) {
      case Functions.APPROX_PERCENTILE -> fraction(call.operand(1));
      case Functions.LISTAGG -> separator(call.operand(1));
      default -> {}
    }
  }

  private static void fraction(SqlNode node) {
    if (!(node instanceof SqlLiteral literal)
        || !SqlTypeName.NUMERIC_TYPES.contains(literal.getTypeName())) {
      throw Unsupported.at(
          node, "APPROX_PERCENTILE with a fraction that is not a literal", "write 0.99");
    }
    BigDecimal fraction = literal.bigDecimalValue();
    if (fraction == null || fraction.signum() < 0 || fraction.compareTo(BigDecimal.ONE) > 0) {
      throw Unsupported.problem(
          ProblemCode.QUERY_INVALID,
          node.getParserPosition(),
          "APPROX_PERCENTILE's fraction must be 0..1: was " + node);
    }
  }

  private static void separator(SqlNode node) {
    if (!(node instanceof SqlLiteral literal)
        || !SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())) {
      throw Unsupported.at(
          node, "LISTAGG with a separator that is not a literal", "write LISTAGG(x, ', ')");
    }
  }
}
