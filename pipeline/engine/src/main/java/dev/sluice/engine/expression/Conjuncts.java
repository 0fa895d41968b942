package dev.sluice.engine.expression;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The conditions that a filter is all of. */
public final class Conjuncts {
  private Conjuncts() {}

  /** From left to right; none of no filter. */
  public static List<Expression> of(@Nullable Expression filter) {
    if (filter == null) {
      return List.of();
    }
    return filter instanceof Connective all && all.and() ? all.operands() : List.of(filter);
  }

  /**
   * Whether evaluating it can end in a problem: then it must not be evaluated on rows that what
   * stands before it has left out.
   */
  public static boolean mayFail(Expression condition) {
    return Node.mayFail(condition);
  }
}
