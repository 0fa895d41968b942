package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.Aggregate.Function;
import dev.sluice.model.stream.FieldType;
import java.util.List;
import org.apache.calcite.rel.core.AggregateCall;
import org.jspecify.annotations.Nullable;

/** Calcite's calls of aggregates to ours. */
final class AggregateReader {
  private static final Expression COMMA = Expressions.literal(",");

  private final Expression maxListValues;

  AggregateReader(int maxListValues) {
    this.maxListValues = Expressions.literal((long) maxListValues);
  }

  /**
   * @param columns what the call counts its arguments in
   */
  Aggregate read(AggregateCall call, List<Expression> columns) {
    if (!call.getCollation().getFieldCollations().isEmpty() || call.ignoreNulls()) {
      throw RexReader.unsupported(call.toString());
    }
    List<Expression> operands = call.getArgList().stream().map(columns::get).toList();
    Expression argument = filtered(operands.isEmpty() ? null : operands.get(0), call, columns);
    if (argument == null) {
      return new Aggregate(Function.COUNT_ALL, null, FieldType.LONG);
    }
    return call.isDistinct() ? distinct(call, argument) : read(call, operands, argument);
  }

  /** FILTER makes NULL of what it keeps out, which no aggregate adds. */
  private static @Nullable Expression filtered(
      @Nullable Expression argument, AggregateCall call, List<Expression> columns) {
    if (!call.hasFilter()) {
      return argument;
    }
    Expression value = argument == null ? Expressions.TRUE : argument;
    return Expressions.caseWhen(
        List.of(columns.get(call.filterArg)), List.of(value), Expressions.nullOf(value.type()));
  }

  private static Aggregate distinct(AggregateCall call, Expression argument) {
    return switch (call.getAggregation().getKind()) {
      case COUNT -> new Aggregate(Function.COUNT_DISTINCT, argument, FieldType.LONG);
      case SUM -> new Aggregate(Function.SUM_DISTINCT, argument, argument.type());
      case AVG -> new Aggregate(Function.AVG_DISTINCT, argument, FieldType.DOUBLE);
      case MIN -> new Aggregate(Function.MIN, argument, argument.type());
      case MAX -> new Aggregate(Function.MAX, argument, argument.type());
      default -> throw RexReader.unsupported(call.toString());
    };
  }

  private Aggregate read(AggregateCall call, List<Expression> operands, Expression argument) {
    FieldType type = argument.type();
    return switch (call.getAggregation().getKind()) {
      case COUNT -> new Aggregate(Function.COUNT, argument, FieldType.LONG);
      case SUM -> new Aggregate(Function.SUM, argument, type);
      case AVG -> new Aggregate(Function.AVG, argument, FieldType.DOUBLE);
      case MIN -> new Aggregate(Function.MIN, argument, type);
      case MAX -> new Aggregate(Function.MAX, argument, type);
      case VAR_POP -> new Aggregate(Function.VAR_POP, argument, FieldType.DOUBLE);
      case VAR_SAMP -> new Aggregate(Function.VAR_SAMP, argument, FieldType.DOUBLE);
      case STDDEV_POP -> new Aggregate(Function.STDDEV_POP, argument, FieldType.DOUBLE);
      case STDDEV_SAMP -> new Aggregate(Function.STDDEV_SAMP, argument, FieldType.DOUBLE);
      default -> named(call, operands, argument);
    };
  }

  private Aggregate named(AggregateCall call, List<Expression> operands, Expression argument) {
    FieldType type = argument.type();
    return switch (call.getAggregation().getName()) {
      case Functions.FIRST_VALUE -> new Aggregate(Function.FIRST_VALUE, argument, type);
      case Functions.LAST_VALUE -> new Aggregate(Function.LAST_VALUE, argument, type);
      case Functions.APPROX_COUNT_DISTINCT ->
          new Aggregate(Function.APPROX_COUNT_DISTINCT, argument, FieldType.LONG);
      case Functions.APPROX_PERCENTILE ->
          new Aggregate(
              Function.APPROX_PERCENTILE,
              Expressions.cast(argument, FieldType.DOUBLE),
              List.of(Expressions.cast(operands.get(1), FieldType.DOUBLE)),
              FieldType.DOUBLE);
      case Functions.LISTAGG ->
          new Aggregate(
              Function.LISTAGG,
              argument,
              List.of(maxListValues, operands.size() > 1 ? operands.get(1) : COMMA),
              FieldType.STRING);
      case Functions.ARRAY_AGG ->
          new Aggregate(Function.ARRAY_AGG, argument, List.of(maxListValues), FieldType.STRING);
      default -> throw RexReader.unsupported(call.getAggregation().getName());
    };
  }
}
