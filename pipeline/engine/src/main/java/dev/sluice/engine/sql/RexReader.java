package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Arithmetic;
import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.NumberFunctions;
import dev.sluice.engine.expression.TextOperators;
import dev.sluice.engine.expression.TimeFunctions;
import dev.sluice.engine.expression.TimePart;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/** Calcite's expressions to ours. */
final class RexReader {
  private final List<Expression> inputs;
  private final ArithmeticReader arithmetic;

  /**
   * @param inputs what stands for each column of the input
   * @param edges what stands for the window's start and its end; empty if there is none
   */
  RexReader(List<Expression> inputs, List<Expression> edges, @Nullable Window window) {
    this.inputs = inputs;
    this.arithmetic = new ArithmeticReader(this, edges, window);
  }

  List<Expression> read(List<? extends RexNode> nodes) {
    List<Expression> expressions = new ArrayList<>(nodes.size());
    for (RexNode node : nodes) {
      expressions.add(read(node));
    }
    return expressions;
  }

  Expression read(RexNode node) {
    if (node instanceof RexInputRef input) {
      return inputs.get(input.getIndex());
    }
    if (node instanceof RexLiteral literal) {
      return RexLiterals.literal(literal);
    }
    if (node instanceof RexFieldAccess field
        && field.getReferenceExpr() instanceof RexCorrelVariable) {
      return inputs.get(field.getField().getIndex());
    }
    if (node instanceof RexCall call) {
      try {
        return call(call);
      } catch (ProblemException e) {
        throw new Places.Unread(e, call.getOperator().getName());
      } catch (IllegalArgumentException e) {
        throw new Places.Unread(
            Problem.of(ProblemCode.QUERY_INVALID, String.valueOf(e.getMessage())).toException(e),
            call.getOperator().getName());
      }
    }
    throw unsupported(node.getKind().sql);
  }

  private Expression call(RexCall call) {
    List<RexNode> operands = call.getOperands();
    return switch (call.getKind()) {
      case AND -> Expressions.and(read(operands));
      case OR -> Expressions.or(read(operands));
      case NOT -> Expressions.not(read(operands.get(0)));
      case EQUALS -> Expressions.equal(read(operands.get(0)), read(operands.get(1)));
      case NOT_EQUALS -> Expressions.notEqual(read(operands.get(0)), read(operands.get(1)));
      case LESS_THAN -> Expressions.less(read(operands.get(0)), read(operands.get(1)));
      case LESS_THAN_OR_EQUAL -> Expressions.atMost(read(operands.get(0)), read(operands.get(1)));
      case GREATER_THAN -> swapped(operands, true);
      case GREATER_THAN_OR_EQUAL -> swapped(operands, false);
      case IS_NULL, IS_UNKNOWN -> Expressions.isNull(read(operands.get(0)));
      case IS_NOT_NULL -> Expressions.not(Expressions.isNull(read(operands.get(0))));
      case IS_TRUE -> Expressions.isTrue(read(operands.get(0)));
      case IS_NOT_TRUE -> Expressions.not(Expressions.isTrue(read(operands.get(0))));
      case IS_FALSE -> Expressions.isFalse(read(operands.get(0)));
      case IS_NOT_FALSE -> Expressions.not(Expressions.isFalse(read(operands.get(0))));
      case PLUS -> arithmetic.read(Arithmetic.ADD, operands);
      case MINUS -> arithmetic.read(Arithmetic.SUBTRACT, operands);
      case TIMES -> arithmetic.read(Arithmetic.MULTIPLY, operands);
      case DIVIDE -> arithmetic.read(Arithmetic.DIVIDE, operands);
      case MOD -> arithmetic.read(Arithmetic.REMAINDER, operands);
      case MINUS_PREFIX -> arithmetic.negated(operands.get(0));
      case PLUS_PREFIX -> read(operands.get(0));
      case CASE -> caseWhen(call);
      case COALESCE -> coalesce(call);
      case NULLIF -> nullIf(operands);
      case CAST -> cast(call);
      case LIKE -> like(operands);
      case FLOOR, CEIL -> rounded(call);
      case GREATEST ->
          NumberFunctions.greatest(unify(read(operands), RexLiterals.type(call.getType())));
      case LEAST -> NumberFunctions.least(unify(read(operands), RexLiterals.type(call.getType())));
      case TRIM -> trim(operands);
      case CHAR_LENGTH -> TextOperators.charLength(single(call));
      default -> function(call);
    };
  }

  private Expression function(RexCall call) {
    List<RexNode> operands = call.getOperands();
    String name = call.getOperator().getName();
    return switch (name) {
      case "ABS" -> NumberFunctions.abs(single(call));
      case "ROUND" ->
          operands.size() == 2
              ? NumberFunctions.round(read(operands.get(0)), read(operands.get(1)))
              : NumberFunctions.round(single(call));
      case "UPPER" -> TextOperators.upper(single(call));
      case "LOWER" -> TextOperators.lower(single(call));
      case "CHAR_LENGTH", "CHARACTER_LENGTH", "LENGTH" -> TextOperators.charLength(single(call));
      case "SUBSTRING" -> substring(operands);
      case "LTRIM" -> trimOne(call, true);
      case "RTRIM" -> trimOne(call, false);
      case "GREATEST" ->
          NumberFunctions.greatest(unify(read(operands), RexLiterals.type(call.getType())));
      case "LEAST" ->
          NumberFunctions.least(unify(read(operands), RexLiterals.type(call.getType())));
      case "||" -> concat(operands);
      case "IS NOT UNKNOWN" -> Expressions.not(Expressions.isNull(single(call)));
      case "TUMBLE_START", "TUMBLE_END", "HOP_START", "HOP_END", "SESSION_START" ->
          throw unsupported(
              name + " without GROUP BY " + name.substring(0, name.indexOf('_')) + "(…)");
      default -> named(name, operands);
    };
  }

  private Expression named(String name, List<RexNode> operands) {
    Expression expression = new FunctionReader(this).read(name, operands);
    if (expression == null) {
      throw unsupported(name);
    }
    return expression;
  }

  /** A blank is what is trimmed, if nothing else is said. */
  private Expression trimOne(RexCall call, boolean start) {
    return call.getOperands().size() == 1
        ? TextOperators.trim(single(call), " ", start, !start)
        : named(call.getOperator().getName(), call.getOperands());
  }

  /** FLOOR and CEIL of a number, or of a time to a unit. */
  private Expression rounded(RexCall call) {
    boolean floor = call.getKind() == SqlKind.FLOOR;
    if (call.getOperands().size() == 1) {
      return floor ? NumberFunctions.floor(single(call)) : NumberFunctions.ceil(single(call));
    }
    Expression time = read(call.getOperands().get(0));
    TimePart unit =
        FunctionReader.unit(
            RexLiterals.value((RexLiteral) call.getOperands().get(1), TimeUnitRange.class).name());
    return floor
        ? TimeFunctions.floor(unit, time, ZoneOffset.UTC)
        : TimeFunctions.ceil(unit, time, ZoneOffset.UTC);
  }

  private Expression single(RexCall call) {
    if (call.getOperands().size() != 1) {
      throw unsupported(
          call.getOperator().getName() + " of " + call.getOperands().size() + " arguments");
    }
    return read(call.getOperands().get(0));
  }

  private Expression swapped(List<RexNode> operands, boolean strictly) {
    Expression left = read(operands.get(0));
    Expression right = read(operands.get(1));
    return strictly ? Expressions.less(right, left) : Expressions.atMost(right, left);
  }

  private Expression caseWhen(RexCall call) {
    List<Expression> all = read(call.getOperands());
    List<Expression> conditions = new ArrayList<>();
    List<Expression> results = new ArrayList<>();
    for (int i = 0; i + 1 < all.size(); i += 2) {
      conditions.add(all.get(i));
      results.add(all.get(i + 1));
    }
    results.add(all.get(all.size() - 1));
    List<Expression> unified = unify(results, RexLiterals.type(call.getType()));
    return Expressions.caseWhen(
        conditions, unified.subList(0, conditions.size()), unified.get(conditions.size()));
  }

  private Expression coalesce(RexCall call) {
    return Expressions.coalesce(unify(read(call.getOperands()), RexLiterals.type(call.getType())));
  }

  private Expression nullIf(List<RexNode> operands) {
    Expression value = read(operands.get(0));
    return Expressions.caseWhen(
        List.of(Expressions.equal(value, read(operands.get(1)))),
        List.of(Expressions.nullOf(value.type())),
        value);
  }

  /** Expressions of one type: theirs, or the one that Calcite found for all. */
  static List<Expression> unify(List<Expression> expressions, FieldType type) {
    return expressions.stream()
        .map(
            e ->
                Expressions.isNullLiteral(e) ? Expressions.nullOf(type) : Expressions.cast(e, type))
        .toList();
  }

  private Expression cast(RexCall call) {
    RexNode operand = call.getOperands().get(0);
    RelDataType target = call.getType();
    FieldType type = RexLiterals.type(target);
    Expression value = read(operand);
    if (!Expressions.isNullLiteral(value) && !Expressions.canCast(value.type(), type)) {
      throw unsupported("CAST of " + value.type() + " to " + type);
    }
    Expression cast =
        Expressions.isNullLiteral(value) ? Expressions.nullOf(type) : Expressions.cast(value, type);
    return switch (target.getSqlTypeName()) {
      case INTEGER -> narrowed(cast, operand, Integer.MAX_VALUE);
      case SMALLINT -> narrowed(cast, operand, Short.MAX_VALUE);
      case VARCHAR -> shortened(cast, operand, target);
      default -> cast;
    };
  }

  private static Expression narrowed(Expression value, RexNode from, long greatest) {
    SqlTypeName type = from.getType().getSqlTypeName();
    boolean fits =
        type == SqlTypeName.SMALLINT
            || type == SqlTypeName.BOOLEAN
            || (type == SqlTypeName.INTEGER
                && greatest == Integer.MAX_VALUE
                && from instanceof RexLiteral);
    return fits ? value : NumberFunctions.within(value, greatest);
  }

  private static Expression shortened(Expression value, RexNode from, RelDataType target) {
    boolean bounded = target.getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED;
    boolean fits =
        from.getType().getPrecision() != RelDataType.PRECISION_NOT_SPECIFIED
            && RexLiterals.type(from.getType()) == FieldType.STRING
            && from.getType().getPrecision() <= target.getPrecision();
    return bounded && !fits ? TextOperators.substring(value, 1, target.getPrecision()) : value;
  }

  private Expression like(List<RexNode> operands) {
    String escape =
        operands.size() > 2 ? RexLiterals.text(operands.get(2), "ESCAPE of an expression") : "\\";
    if (escape.codePointCount(0, escape.length()) > 1) {
      throw Problem.of(
              ProblemCode.QUERY_INVALID, "ESCAPE must be one character: was '" + escape + "'")
          .toException();
    }
    return TextOperators.like(read(operands.get(0)), read(operands.get(1)), escape);
  }

  private Expression trim(List<RexNode> operands) {
    SqlTrimFunction.Flag side =
        RexLiterals.value((RexLiteral) operands.get(0), SqlTrimFunction.Flag.class);
    return TextOperators.trim(
        read(operands.get(2)),
        RexLiterals.text(operands.get(1), "TRIM of characters that are not a literal"),
        side != SqlTrimFunction.Flag.TRAILING,
        side != SqlTrimFunction.Flag.LEADING);
  }

  private Expression substring(List<RexNode> operands) {
    Long start = RexLiterals.whole(operands.get(1));
    Long length =
        operands.size() > 2 ? RexLiterals.whole(operands.get(2)) : Long.valueOf(Long.MAX_VALUE);
    if (start == null || length == null) {
      return named("SUBSTRING", operands);
    }
    if (length < 0) {
      throw Problem.of(
              ProblemCode.QUERY_INVALID, "SUBSTRING's length must not be negative: was " + length)
          .toException();
    }
    return TextOperators.substring(read(operands.get(0)), start, length);
  }

  private Expression concat(List<RexNode> operands) {
    List<Expression> parts = read(operands);
    Expression result = parts.get(0);
    for (Expression part : parts.subList(1, parts.size())) {
      result = TextOperators.concat(result, part);
    }
    return result;
  }

  static ProblemException unsupported(String construct) {
    return Problem.of(ProblemCode.QUERY_UNSUPPORTED, construct + " is not supported").toException();
  }
}
