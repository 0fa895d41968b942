package dev.sluice.engine.expression;

/** An expression of this package. Operands are evaluated by it, in the order as written. */
interface Node extends Expression {

  /** Whether evaluating can end in a problem: such operands keep their place in AND and OR. */
  boolean mayFail();

  static boolean mayFail(Expression expression) {
    return !(expression instanceof Node node) || node.mayFail();
  }
}
