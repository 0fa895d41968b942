package dev.sluice.engine.plan;

import dev.sluice.engine.expression.Expression;
import dev.sluice.model.stream.FieldType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One aggregate of a query.
 *
 * @param argument null exactly for {@code COUNT(*)}; what a FILTER keeps out is NULL in it
 * @param parameters literals; see the functions that have some
 * @param type of the result: LONG for counts, DOUBLE for averages, deviations and percentiles,
 *     STRING for lists, the argument's for the others
 */
public record Aggregate(
    Function function, @Nullable Expression argument, List<Expression> parameters, FieldType type) {
  public Aggregate {
    parameters = List.copyOf(parameters);
  }

  public Aggregate(Function function, @Nullable Expression argument, FieldType type) {
    this(function, argument, List.of(), type);
  }

  /** The functions. All but the counts are NULL over no values; all but COUNT(*) skip nulls. */
  public enum Function {
    COUNT_ALL,
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    VAR_POP,
    VAR_SAMP,
    STDDEV_POP,
    STDDEV_SAMP,
    FIRST_VALUE,
    LAST_VALUE,
    COUNT_DISTINCT,
    SUM_DISTINCT,
    AVG_DISTINCT,
    APPROX_COUNT_DISTINCT,
    /** Of a DOUBLE. The parameter is the fraction, a DOUBLE of 0 to 1. */
    APPROX_PERCENTILE,
    /** Of a STRING. The parameters are the most values there may be and the separator. */
    LISTAGG,
    /** A JSON array. The parameter is the most values there may be. */
    ARRAY_AGG
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(function).append('(');
    text.append(argument == null ? "*" : argument);
    parameters.forEach(parameter -> text.append(", ").append(parameter));
    return text.append(')').toString();
  }
}
