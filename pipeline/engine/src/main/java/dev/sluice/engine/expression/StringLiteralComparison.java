package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.util.Arrays;

/** Compares a STRING with a literal, by code point. */
final class StringLiteralComparison extends StringPredicate {
  private static final int NO_CODE = -1;

  private final Comparison comparison;
  private final Literal literal;
  private final byte[] bytes;
  private final boolean literalFirst;

  /** Threads that lose what others found out find it out again. */
  private volatile Found found = new Found(new byte[0][], 0, NO_CODE);

  /**
   * Where the literal is in a dictionary.
   *
   * @param searched how many of its entries were looked at
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Found(byte[][] dictionary, int searched, int code) {}

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

  Comparison comparison() {
    return comparison;
  }

  boolean literalFirst() {
    return literalFirst;
  }

  boolean isEqual() {
    return comparison == Comparison.EQUAL;
  }

  Literal literal() {
    return literal;
  }

  /** For an equality the value's code tells; where all rows are asked for, they are looked up. */
  @Override
  public int select(Rows rows, int[] into) {
    if (isEqual() && left() instanceof InputColumn input && rows.count() == rows.size()) {
      StringColumn column = (StringColumn) input.evaluate(rows);
      int code = code(column);
      int count = code == NO_CODE ? 0 : column.rowsByCode().rows(column, rows.size(), code, into);
      if (count >= 0) {
        return count;
      }
    }
    return super.select(rows, into);
  }

  private int code(StringColumn column) {
    Found known = found;
    boolean same = known.dictionary == column.dictionary();
    if (same && (known.code != NO_CODE || known.searched >= column.distinct())) {
      return known.code < column.distinct() ? known.code : NO_CODE;
    }
    int code = same ? known.searched : 0;
    while (code < column.distinct() && !Arrays.equals(column.dictionary()[code], bytes)) {
      code++;
    }
    int result = code < column.distinct() ? code : NO_CODE;
    found = new Found(column.dictionary(), column.distinct(), result);
    return result;
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
