package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;

/**
 * A predicate of one STRING. It is tested once per distinct value that occurs, where that is less
 * work than once per row.
 */
abstract class StringPredicate extends Predicate {
  private static final byte HOLDS = 1;
  private static final byte FAILS = 2;

  StringPredicate(Expression value) {
    super(value, Expressions.TRUE);
  }

  abstract boolean holds(byte[] value);

  @Override
  int matches(Operand a, Operand b, Rows rows, int[] into) {
    StringColumn column = a.strings();
    if (a.mask() == 0) {
      if (!holds(column.value(0))) {
        return 0;
      }
      System.arraycopy(rows.selected(), 0, into, 0, rows.count());
      return rows.count();
    }
    return column.distinct() <= rows.count()
        ? byEntry(column, rows, into)
        : byRow(column, rows, into);
  }

  private int byEntry(StringColumn column, Rows rows, int[] into) {
    byte[] known = new byte[column.distinct()];
    int[] codes = column.codes();
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      int code = codes[row];
      byte answer = known[code];
      if (answer == 0) {
        answer = holds(column.dictionary()[code]) ? HOLDS : FAILS;
        known[code] = answer;
      }
      into[found] = row;
      found += answer == HOLDS ? 1 : 0;
    }
    return found;
  }

  private int byRow(StringColumn column, Rows rows, int[] into) {
    int[] selected = rows.selected();
    int found = 0;
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += holds(column.value(row)) ? 1 : 0;
    }
    return found;
  }
}
