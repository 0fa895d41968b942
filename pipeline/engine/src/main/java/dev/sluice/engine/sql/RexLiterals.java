package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.stream.FieldType;
import java.math.BigDecimal;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.util.NlsString;
import org.jspecify.annotations.Nullable;

/** Calcite's types and literals as ours. */
final class RexLiterals {
  private RexLiterals() {}

  static FieldType type(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT -> FieldType.LONG;
      case DECIMAL, FLOAT, REAL, DOUBLE -> FieldType.DOUBLE;
      case CHAR, VARCHAR, NULL -> FieldType.STRING;
      case BOOLEAN -> FieldType.BOOLEAN;
      case TIMESTAMP -> FieldType.TIMESTAMP;
      default -> throw RexReader.unsupported("a value of type " + type);
    };
  }

  /** As an expression. */
  static Expression literal(RexLiteral literal) {
    FieldType type = type(literal.getType());
    if (literal.isNull()) {
      return Expressions.nullOf(type);
    }
    return switch (type) {
      case LONG -> Expressions.literal(decimal(literal).longValueExact());
      case DOUBLE -> decimalLiteral(decimal(literal));
      case BOOLEAN -> Expressions.literal(RexLiteral.booleanValue(literal));
      case TIMESTAMP -> Expressions.timestamp(value(literal, Long.class));
      case STRING ->
          Expressions.literal(SqlReader.requireText(value(literal, NlsString.class).getValue()));
    };
  }

  private static Expression decimalLiteral(BigDecimal value) {
    if (Double.isInfinite(value.doubleValue())) {
      throw Problem.of(ProblemCode.QUERY_INVALID, value + " does not fit a DOUBLE").toException();
    }
    return Expressions.literal(value.doubleValue());
  }

  static BigDecimal decimal(RexLiteral literal) {
    return value(literal, BigDecimal.class);
  }

  static <T> T value(RexLiteral literal, Class<T> type) {
    T value = literal.getValueAs(type);
    if (value == null) {
      throw new IllegalStateException("no " + type + ": " + literal);
    }
    return value;
  }

  /** Whether it is an INTERVAL of days to seconds. */
  static boolean isInterval(RexNode node) {
    return node.getType().getSqlTypeName().getFamily() == SqlTypeFamily.INTERVAL_DAY_TIME;
  }

  /** Of an INTERVAL of days to seconds. */
  static long milliseconds(RexLiteral interval) {
    if (!isInterval(interval)) {
      throw RexReader.unsupported("an INTERVAL of months or years, whose length is not fixed,");
    }
    return decimal(interval).longValueExact();
  }

  /** The value of a LONG literal; null if it is none. */
  static @Nullable Long whole(RexNode node) {
    RexNode literal =
        node.getKind() == SqlKind.MINUS_PREFIX ? ((RexCall) node).operands.get(0) : node;
    if (literal instanceof RexLiteral number
        && !number.isNull()
        && type(number.getType()) == FieldType.LONG) {
      long value = decimal(number).longValueExact();
      return literal == node ? value : -value;
    }
    return null;
  }

  static String text(RexNode node, String construct) {
    if (node instanceof RexLiteral literal
        && !literal.isNull()
        && type(literal.getType()) == FieldType.STRING) {
      return value(literal, NlsString.class).getValue();
    }
    throw RexReader.unsupported(construct);
  }
}
