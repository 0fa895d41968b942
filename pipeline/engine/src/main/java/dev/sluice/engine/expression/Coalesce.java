package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The first operand that is not NULL. An operand is evaluated on the rows only where all before it
 * are NULL.
 *
 * @param operands of one type; at least one
 */
record Coalesce(List<Expression> operands) implements Node {
  Coalesce {
    operands = List.copyOf(operands);
  }

  @Override
  public FieldType type() {
    return operands.get(0).type();
  }

  @Override
  public Column evaluate(Rows rows) {
    ColumnMerge merge = new ColumnMerge(type(), rows.size());
    Rows open = rows;
    for (Expression operand : operands) {
      if (open.count() == 0) {
        break;
      }
      open = Nulls.only(open, merge.put(operand, open));
    }
    return merge.column();
  }

  @Override
  public boolean mayFail() {
    return operands.stream().anyMatch(Node::mayFail);
  }

  @Override
  public String toString() {
    return operands.stream()
        .map(Expression::toString)
        .collect(Collectors.joining(", ", "COALESCE(", ")"));
  }
}
