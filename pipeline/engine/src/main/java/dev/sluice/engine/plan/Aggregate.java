package dev.sluice.engine.plan;

import dev.sluice.engine.expression.Expression;
import dev.sluice.model.stream.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * One aggregate of a query.
 *
 * @param argument null exactly for {@code COUNT(*)}
 * @param type of the result: LONG for counts, the argument's for MIN, MAX and SUM, DOUBLE for AVG
 */
public record Aggregate(Function function, @Nullable Expression argument, FieldType type) {

  /** The functions. All but the counts are NULL over no values; all but COUNT(*) skip nulls. */
  public enum Function {
    COUNT_ALL,
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX
  }

  @Override
  public String toString() {
    return function + "(" + (argument == null ? "*" : argument) + ")";
  }
}
