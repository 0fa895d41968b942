package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.util.List;

/**
 * CASE WHEN … THEN … ELSE … END. A condition is evaluated on the rows that no condition before it
 * took, a result on the rows that its condition took.
 *
 * @param results as many as conditions; all of the type of {@code otherwise}
 */
record Case(List<Expression> conditions, List<Expression> results, Expression otherwise)
    implements Node {

  Case {
    conditions = List.copyOf(conditions);
    results = List.copyOf(results);
  }

  @Override
  public FieldType type() {
    return otherwise.type();
  }

  @Override
  public Column evaluate(Rows rows) {
    ColumnMerge merge = new ColumnMerge(type(), rows.size());
    Rows open = rows;
    for (int i = 0; i < conditions.size() && open.count() > 0; i++) {
      Rows taken = Filters.where(conditions.get(i), open);
      if (taken.count() > 0) {
        merge.put(results.get(i), taken);
        open = Filters.without(open, taken);
      }
    }
    if (open.count() > 0) {
      merge.put(otherwise, open);
    }
    return merge.column();
  }

  @Override
  public boolean mayFail() {
    return Node.mayFail(otherwise)
        || conditions.stream().anyMatch(Node::mayFail)
        || results.stream().anyMatch(Node::mayFail);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("CASE");
    for (int i = 0; i < conditions.size(); i++) {
      text.append(" WHEN ").append(conditions.get(i)).append(" THEN ").append(results.get(i));
    }
    return text.append(" ELSE ").append(otherwise).append(" END").toString();
  }
}
