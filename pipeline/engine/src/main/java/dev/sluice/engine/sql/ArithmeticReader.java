package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.NumberFunctions;
import dev.sluice.engine.expression.TimeFunctions;
import dev.sluice.engine.expression.TimePart;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.stream.FieldType;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Arithmetic of numbers, times and INTERVALs to ours; a window's start plus its size is its end.
 */
final class ArithmeticReader {
  private final RexReader reader;
  private final List<Expression> edges;

  /** Calcite's TUMBLE_END and HOP_END: the start plus the size. */
  private final String end;

  /**
   * @param edges what stands for the window's start and its end; empty if there is none
   */
  ArithmeticReader(RexReader reader, List<Expression> edges, @Nullable Window window) {
    this.reader = reader;
    this.edges = edges;
    this.end =
        edges.isEmpty() || window == null || window instanceof Session
            ? ""
            : Expressions.arithmetic(
                    Arithmetic.ADD, edges.get(0), Expressions.literal(window.span()))
                .toString();
  }

  /** The operands, one after the other, joined by the operator. */
  Expression read(Arithmetic operator, List<RexNode> operands) {
    Expression result = intervalOrValue(operands.get(0));
    for (RexNode operand : operands.subList(1, operands.size())) {
      if (isMonths(operand)) {
        result = addMonths(operator, result, operand);
        continue;
      }
      Expression right = intervalOrValue(operand);
      if (result.type() == FieldType.LONG && right.type() == FieldType.TIMESTAMP) {
        result = Expressions.arithmetic(operator, right, result);
      } else if ((isNumber(result) && isNumber(right))
          || (result.type() == FieldType.TIMESTAMP && RexLiterals.isInterval(operand))) {
        result = Expressions.arithmetic(operator, result, right);
      } else {
        throw RexReader.unsupported("arithmetic of " + result.type() + " and " + right.type());
      }
    }
    return result.toString().equals(end) ? edges.get(1) : result;
  }

  private static boolean isNumber(Expression expression) {
    return expression.type() == FieldType.LONG || expression.type() == FieldType.DOUBLE;
  }

  private Expression intervalOrValue(RexNode node) {
    return RexLiterals.isInterval(node) ? interval(node) : reader.read(node);
  }

  /** ms of an INTERVAL of days to seconds, which may be multiplied. */
  private Expression interval(RexNode node) {
    if (node instanceof RexLiteral literal) {
      return Expressions.literal(RexLiterals.milliseconds(literal));
    }
    if (node instanceof RexCall call) {
      List<RexNode> operands = call.getOperands();
      switch (call.getKind()) {
        case TIMES -> {
          return Expressions.cast(
              Expressions.arithmetic(
                  Arithmetic.MULTIPLY,
                  intervalOrValue(operands.get(0)),
                  intervalOrValue(operands.get(1))),
              FieldType.LONG);
        }
        case MINUS_PREFIX -> {
          return NumberFunctions.negate(interval(operands.get(0)));
        }
        default -> {}
      }
    }
    throw RexReader.unsupported("this arithmetic of INTERVALs");
  }

  private static boolean isMonths(RexNode node) {
    return node.getType().getSqlTypeName().getFamily() == SqlTypeFamily.INTERVAL_YEAR_MONTH;
  }

  private static Expression addMonths(Arithmetic operator, Expression time, RexNode interval) {
    if (time.type() != FieldType.TIMESTAMP || !(interval instanceof RexLiteral literal)) {
      throw RexReader.unsupported("this arithmetic of INTERVALs of months or years");
    }
    long months = RexLiterals.decimal(literal).longValueExact();
    return TimeFunctions.add(
        TimePart.MONTH,
        Expressions.literal(operator == Arithmetic.SUBTRACT ? -months : months),
        time);
  }

  /**
   * A value with its sign turned. Read together, so that the least LONG can be written: its digits
   * alone are one too many.
   */
  Expression negated(RexNode operand) {
    if (operand instanceof RexLiteral literal
        && !literal.isNull()
        && operand.getType().getSqlTypeName() == SqlTypeName.DECIMAL) {
      BigDecimal value = RexLiterals.decimal(literal).negate();
      if (value.scale() <= 0 && value.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) == 0) {
        return Expressions.literal(Long.MIN_VALUE);
      }
    }
    return NumberFunctions.negate(reader.read(operand));
  }
}
