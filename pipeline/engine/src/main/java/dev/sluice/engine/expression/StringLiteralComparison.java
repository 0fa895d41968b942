package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.util.Arrays;

/** Compares a STRING with a literal, by code point. */
final class StringLiteralComparison extends StringPredicate {
  private final Comparison comparison;
  private final Literal literal;
  private final byte[] bytes;
  private final boolean literalFirst;

  /**
   * @param literalFirst whether the literal is the left operand
   */
  StringLiteralComparison(
      Comparison comparison, Expression value, Literal literal, boolean literalFirst) {
    super(value);
    this.comparison = comparison;
    this.literal = literal;
    this.bytes = ((StringColumn) literal.single()).value(0);
    this.literalFirst = literalFirst;
  }

  boolean isEqual() {
    return comparison == Comparison.EQUAL;
  }

  Literal literal() {
    return literal;
  }

  @Override
  boolean holds(byte[] value) {
    return comparison.holds(
        literalFirst ? Arrays.compareUnsigned(bytes, value) : Arrays.compareUnsigned(value, bytes));
  }

  @Override
  public String toString() {
    return literalFirst ? comparison.text(literal, left()) : comparison.text(left(), literal);
  }
}
