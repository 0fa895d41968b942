package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;

/** A scalar expression. Its {@code toString} is canonical: equal texts compute the same. */
public interface Expression {

  FieldType type();

  /**
   * Evaluates for the selected rows only; what stands at the others is undefined.
   *
   * @return a column of at least {@code rows.size()} values; arrays may be shared: read only
   * @throws dev.sluice.model.problem.ProblemException QUERY_OVERFLOW, QUERY_DIVISION_BY_ZERO or
   *     QUERY_CAST, if a selected row's value has no result
   */
  Column evaluate(Rows rows);
}
