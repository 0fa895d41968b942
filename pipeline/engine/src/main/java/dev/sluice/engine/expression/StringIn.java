package dev.sluice.engine.expression;

import dev.sluice.model.event.StringColumn;
import java.util.List;

/** IN a list of STRINGs. */
final class StringIn extends StringPredicate {
  private final List<Literal> members;
  private final StringDictionary dictionary = new StringDictionary();
  private final String text;

  StringIn(Expression value, List<Literal> members) {
    super(value);
    for (Literal member : members) {
      dictionary.code(((StringColumn) member.single()).value(0));
    }
    this.members = List.copyOf(members);
    this.text = InLists.text(members);
  }

  List<Literal> members() {
    return members;
  }

  @Override
  boolean holds(byte[] value) {
    return dictionary.contains(value);
  }

  @Override
  public String toString() {
    return "(" + left() + text;
  }
}
