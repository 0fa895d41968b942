package dev.sluice.engine.expression;

/** The comparisons that are left when both sides of the others are exchanged. */
enum Comparison {
  EQUAL("="),
  NOT_EQUAL("<>"),
  LESS("<"),
  AT_MOST("<=");

  private final String symbol;

  Comparison(String symbol) {
    this.symbol = symbol;
  }

  /** Whether it holds for an ordering as {@link Integer#compare} gives it. */
  boolean holds(int order) {
    return switch (this) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
    };
  }

  /** Canonical text: operands that may change places are in the order of their texts. */
  String text(Expression left, Expression right) {
    String a = left.toString();
    String b = right.toString();
    boolean swap = (this == EQUAL || this == NOT_EQUAL) && a.compareTo(b) > 0;
    return "(" + (swap ? b : a) + " " + symbol + " " + (swap ? a : b) + ")";
  }
}
