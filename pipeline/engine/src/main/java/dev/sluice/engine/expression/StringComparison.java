package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.util.Arrays;

/** Compares two STRINGs of a row by code point: the order of their UTF-8 bytes. */
final class StringComparison extends Predicate {
  private final Comparison comparison;

  StringComparison(Comparison comparison, Expression left, Expression right) {
    super(left, right);
    this.comparison = comparison;
  }

  @Override
  int matches(Operand a, Operand b, Rows rows, int[] into) {
    StringColumn left = a.strings();
    StringColumn right = b.strings();
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      byte[] x = left.value(row & a.mask());
      byte[] y = right.value(row & b.mask());
      into[found] = row;
      found += comparison.holds(x == y ? 0 : Arrays.compareUnsigned(x, y)) ? 1 : 0;
    }
    return found;
  }

  @Override
  public String toString() {
    return comparison.text(left(), right());
  }
}
