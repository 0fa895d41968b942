package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;

/**
 * A predicate of one STRING. It is tested once per distinct value that occurs, and what came of it
 * is remembered for as long as batches share their dictionary, where that is of bounded size.
 */
abstract class StringPredicate extends Predicate {
  private static final byte HOLDS = 1;
  private static final byte FAILS = 2;

  /** Entries of the largest dictionary whose answers are remembered. */
  private static final int REMEMBERED = 32_768;

  /** Threads that lose what others found out find it out again. */
  private volatile Answers remembered = new Answers(new byte[0][], new byte[0]);

  StringPredicate(Expression value) {
    super(value, Expressions.TRUE);
  }

  /**
   * What is known of a dictionary's entries.
   *
   * @param known 0 if nothing is
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answers(byte[][] dictionary, byte[] known) {}

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
    if (column.dictionary().length <= REMEMBERED) {
      return byEntry(column, answers(column), rows, into);
    }
    return column.distinct() <= rows.count()
        ? byEntry(column, new byte[column.distinct()], rows, into)
        : byRow(column, rows, into);
  }

  private byte[] answers(StringColumn column) {
    Answers answers = remembered;
    if (answers.dictionary != column.dictionary()) {
      answers = new Answers(column.dictionary(), new byte[column.dictionary().length]);
      remembered = answers;
    }
    return answers.known;
  }

  private int byEntry(StringColumn column, byte[] known, Rows rows, int[] into) {
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
