package dev.sluice.engine.expression;

import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.util.Arrays;
import java.util.List;

/** IN a list of numbers, TIMESTAMPs or BOOLEANs. */
final class NumberIn extends Predicate {
  /** Ascending. One of the two is empty. */
  private final long[] longs;

  /** Ascending; no -0.0. */
  private final double[] doubles;

  private final List<Literal> members;
  private final String text;

  NumberIn(Expression value, List<Literal> members) {
    super(value, Expressions.TRUE);
    boolean floating = value.type() == FieldType.DOUBLE;
    longs = new long[floating ? 0 : members.size()];
    doubles = new double[floating ? members.size() : 0];
    for (int i = 0; i < members.size(); i++) {
      if (floating) {
        doubles[i] = ((DoubleColumn) members.get(i).single()).values()[0] + 0.0;
      } else {
        longs[i] = ((LongColumn) members.get(i).single()).values()[0];
      }
    }
    Arrays.sort(longs);
    Arrays.sort(doubles);
    this.members = List.copyOf(members);
    text = InLists.text(members);
  }

  List<Literal> members() {
    return members;
  }

  @Override
  int matches(Operand a, Operand b, Rows rows, int[] into) {
    int[] selected = rows.selected();
    int found = 0;
    if (doubles.length > 0) {
      double[] values = a.doubles();
      for (int i = 0; i < rows.count(); i++) {
        int row = selected[i];
        into[found] = row;
        // + 0.0 makes 0.0 of -0.0, which a search takes for less.
        found += Arrays.binarySearch(doubles, values[row & a.mask()] + 0.0) >= 0 ? 1 : 0;
      }
      return found;
    }
    long[] values = a.longs();
    for (int i = 0; i < rows.count(); i++) {
      int row = selected[i];
      into[found] = row;
      found += Arrays.binarySearch(longs, values[row & a.mask()]) >= 0 ? 1 : 0;
    }
    return found;
  }

  @Override
  public String toString() {
    return "(" + left() + text;
  }
}
