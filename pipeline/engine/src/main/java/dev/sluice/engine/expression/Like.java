package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;

/** LIKE with a pattern of each row's own. */
final class Like extends Predicate {
  private final byte[] escape;

  Like(Expression value, Expression pattern, byte[] escape) {
    super(value, pattern);
    this.escape = escape;
  }

  @Override
  int matches(Operand a, Operand b, Rows rows, int[] into) {
    StringColumn values = a.strings();
    StringColumn patterns = b.strings();
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      LikePattern pattern = LikePattern.of(patterns.value(row & b.mask()), escape);
      into[found] = row;
      found += pattern.matches(values.value(row & a.mask())) ? 1 : 0;
    }
    return found;
  }

  @Override
  public boolean mayFail() {
    return true;
  }

  @Override
  public String toString() {
    return "(" + left() + " LIKE " + right() + " ESCAPE " + Literal.of(escape) + ")";
  }
}
