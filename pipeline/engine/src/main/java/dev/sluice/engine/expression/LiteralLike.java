package dev.sluice.engine.expression;

/** LIKE with one pattern for all rows. */
final class LiteralLike extends StringPredicate {
  private final LikePattern pattern;
  private final String text;

  LiteralLike(Expression value, byte[] pattern, byte[] escape) {
    super(value);
    this.pattern = LikePattern.of(pattern, escape);
    this.text = " LIKE " + Literal.of(pattern) + " ESCAPE " + Literal.of(escape) + ")";
  }

  @Override
  boolean holds(byte[] value) {
    return pattern.matches(value);
  }

  @Override
  public String toString() {
    return "(" + left() + text;
  }
}
