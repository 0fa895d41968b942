package dev.sluice.engine.expression;

/** Compares LONGs, TIMESTAMPs or BOOLEANs (FALSE is less than TRUE). */
final class LongComparison extends Predicate {
  private final Comparison comparison;

  LongComparison(Comparison comparison, Expression left, Expression right) {
    super(left, right);
    this.comparison = comparison;
  }

  Comparison comparison() {
    return comparison;
  }

  boolean isEqual() {
    return comparison == Comparison.EQUAL;
  }

  @Override
  int matches(Operand a, Operand b, Rows rows, int[] into) {
    long[] left = a.longs();
    long[] right = b.longs();
    return switch (comparison) {
      case EQUAL -> equal(left, a.mask(), right, b.mask(), rows, into);
      case NOT_EQUAL -> notEqual(left, a.mask(), right, b.mask(), rows, into);
      case LESS -> less(left, a.mask(), right, b.mask(), rows, into);
      case AT_MOST -> atMost(left, a.mask(), right, b.mask(), rows, into);
    };
  }

  private static int equal(long[] a, int maskA, long[] b, int maskB, Rows rows, int[] into) {
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += a[row & maskA] == b[row & maskB] ? 1 : 0;
    }
    return found;
  }

  private static int notEqual(long[] a, int maskA, long[] b, int maskB, Rows rows, int[] into) {
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += a[row & maskA] != b[row & maskB] ? 1 : 0;
    }
    return found;
  }

  private static int less(long[] a, int maskA, long[] b, int maskB, Rows rows, int[] into) {
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += a[row & maskA] < b[row & maskB] ? 1 : 0;
    }
    return found;
  }

  private static int atMost(long[] a, int maskA, long[] b, int maskB, Rows rows, int[] into) {
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += a[row & maskA] <= b[row & maskB] ? 1 : 0;
    }
    return found;
  }

  @Override
  public String toString() {
    return comparison.text(left(), right());
  }
}
