package dev.sluice.engine.expression;

/** The operators of arithmetic. */
public enum Arithmetic {
  ADD("+"),
  SUBTRACT("-"),
  MULTIPLY("*"),
  DIVIDE("/"),
  REMAINDER("%");

  private final String symbol;

  Arithmetic(String symbol) {
    this.symbol = symbol;
  }

  String symbol() {
    return symbol;
  }

  /** Canonical text: operands that may change places are in the order of their texts. */
  String text(Expression left, Expression right) {
    String a = left.toString();
    String b = right.toString();
    boolean swap = (this == ADD || this == MULTIPLY) && a.compareTo(b) > 0;
    return "(" + (swap ? b : a) + " " + symbol + " " + (swap ? a : b) + ")";
  }
}
