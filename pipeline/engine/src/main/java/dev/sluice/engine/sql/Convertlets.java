package dev.sluice.engine.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql2rel.SqlRexContext;
import org.apache.calcite.sql2rel.SqlRexConvertletTable;
import org.apache.calcite.sql2rel.StandardConvertletTable;

/** Calcite's conversions, but for what it would write out as arithmetic of months. */
final class Convertlets {
  static final SqlRexConvertletTable TABLE =
      call -> {
        if (call.getOperator() == SqlStdOperatorTable.TIMESTAMP_ADD) {
          return (context, c) -> convert(Functions.TIMESTAMPADD, context, c);
        }
        if (call.getOperator() == SqlStdOperatorTable.TIMESTAMP_DIFF) {
          return (context, c) -> convert(Functions.TIMESTAMPDIFF, context, c);
        }
        return isOwn(call.getOperator())
            ? (context, c) ->
                StandardConvertletTable.INSTANCE.convertFunction(
                    context, (SqlFunction) c.getOperator(), c)
            : StandardConvertletTable.INSTANCE.get(call);
      };

  private Convertlets() {}

  /** Calcite takes operators of one name for equal: its SQRT becomes POWER(…, 0.5). */
  private static boolean isOwn(SqlOperator operator) {
    return Functions.ALL.stream().anyMatch(own -> own == operator);
  }

  private static RexNode convert(SqlFunction function, SqlRexContext context, SqlCall call) {
    SqlIntervalQualifier unit = call.operand(0);
    List<RexNode> operands = new ArrayList<>();
    operands.add(context.getRexBuilder().makeFlag(TimeUnitRange.of(unit.getUnit(), null)));
    operands.add(context.convertExpression(call.operand(1)));
    operands.add(context.convertExpression(call.operand(2)));
    return context
        .getRexBuilder()
        .makeCall(context.getValidator().getValidatedNodeType(call), function, operands);
  }
}
