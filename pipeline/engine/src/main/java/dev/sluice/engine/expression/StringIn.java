package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.util.List;

/** IN a list of STRINGs. */
final class StringIn extends StringPredicate {
  private final StringDictionary members = new StringDictionary();
  private final String text;

  StringIn(Expression value, List<Literal> members) {
    super(value);
    for (Literal member : members) {
      this.members.code(((StringColumn) member.single()).value(0));
    }
    this.text = InLists.text(members);
  }

  @Override
  boolean holds(byte[] value) {
    return members.contains(value);
  }

  @Override
  public String toString() {
    return "(" + left() + text;
  }
}
