package dev.sluice.engine.expression;

import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.util.Arrays;

/** Two STRINGs, one after the other; NULL if one of them is. */
record Concat(Expression left, Expression right) implements Node {
  @Override
  public FieldType type() {
    return FieldType.STRING;
  }

  @Override
  public Column evaluate(Rows rows) {
    Operand a = Operand.of(left, rows);
    Operand b = Operand.of(right, rows);
    long[] nulls = Bitmap.or(a.nulls(), b.nulls());
    Rows live = Nulls.skip(rows, nulls);
    StringDictionary dictionary = new StringDictionary();
    int[] codes = new int[rows.size()];
    for (int i = 0; i < live.count(); i++) {
      int row = live.selected()[i];
      codes[row] =
          dictionary.code(
              join(a.strings().value(row & a.mask()), b.strings().value(row & b.mask())));
    }
    return dictionary.column(codes, nulls);
  }

  static byte[] join(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(left) || Node.mayFail(right);
  }

  @Override
  public String toString() {
    return "(" + left + " || " + right + ")";
  }
}
