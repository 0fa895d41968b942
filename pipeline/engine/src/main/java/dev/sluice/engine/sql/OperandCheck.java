package dev.sluice.engine.sql;

import dev.sluice.model.problem.ProblemCode;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.validate.SqlValidator;
import org.jspecify.annotations.Nullable;

/**
 * Refuses comparisons that Calcite would make possible by a cast of its own: {@code device > 5}
 * reads every device as a number, and ends the query at the first that is none. A literal may be
 * cast: {@code ts > '2026-11-20 12:00:00'}.
 */
final class OperandCheck extends SqlBasicVisitor<@Nullable Void> {
  private final SqlValidator validator;

  OperandCheck(SqlValidator validator) {
    this.validator = validator;
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    switch (call.getKind()) {
      case EQUALS,
          NOT_EQUALS,
          LESS_THAN,
          LESS_THAN_OR_EQUAL,
          GREATER_THAN,
          GREATER_THAN_OR_EQUAL,
          BETWEEN ->
          compare(call, call.getOperandList());
      case IN, NOT_IN -> {
        for (SqlNode member : (SqlNodeList) call.operand(1)) {
          compare(call, List.of(call.operand(0), member));
        }
      }
      default -> {}
    }
    return super.visit(call);
  }

  private void compare(SqlCall call, List<SqlNode> operands) {
    RelDataType first = type(operands.get(0));
    for (SqlNode operand : operands.subList(1, operands.size())) {
      RelDataType other = type(operand);
      if (first != null
          && other != null
          && !isConstantText(operands.get(0), first)
          && !isConstantText(operand, other)
          && first.getSqlTypeName().getFamily() != other.getSqlTypeName().getFamily()
          && !(isNumber(first) && isNumber(other))) {
        throw Unsupported.problem(
            ProblemCode.QUERY_INVALID,
            call.getParserPosition(),
            "cannot compare " + name(first) + " with " + name(other) + ": CAST one of them");
      }
    }
  }

  private @Nullable RelDataType type(SqlNode node) {
    return node.getKind() == SqlKind.LITERAL && ((SqlLiteral) node).getValue() == null
        ? null
        : validator.getValidatedNodeTypeIfKnown(node);
  }

  private static boolean isConstantText(SqlNode node, RelDataType type) {
    return node instanceof SqlLiteral
        && type.getSqlTypeName().getFamily() == SqlTypeFamily.CHARACTER;
  }

  private static boolean isNumber(RelDataType type) {
    return SqlTypeFamily.NUMERIC.getTypeNames().contains(type.getSqlTypeName());
  }

  private static String name(RelDataType type) {
    return "a " + RexLiterals.type(type);
  }
}
