package dev.sluice.engine.sql;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.plan.Expansion;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a plan does with an event before anything is grouped.
 *
 * @param filter over the stream's fields
 * @param expansion null: an event is a row
 * @param columns of the rows
 */
record Expanded(
    @Nullable Expression filter, @Nullable Expansion expansion, List<Expression> columns) {

  static Expanded known(@Nullable Expanded expanded) {
    if (expanded == null) {
      throw new IllegalStateException("nothing was read");
    }
    return expanded;
  }

  /** Several branches become one by a column that tells their rows apart. */
  static Expanded of(List<Branch> branches, int fields) {
    Branch first = branches.get(0);
    if (branches.size() == 1) {
      Expression filter = all(first.filters());
      return first.split() == null && first.windows() == null
          ? new Expanded(filter, null, first.columns())
          : new Expanded(
              filter,
              new Expansion(List.of(rows(null, first)), all(first.after())),
              first.columns());
    }
    Expression branch = Expressions.input(fields + 1, FieldType.LONG);
    List<Expression> columns = new ArrayList<>();
    for (int c = 0; c < first.columns().size(); c++) {
      int column = c;
      columns.add(choice(branch, branches.stream().map(b -> b.columns().get(column)).toList()));
    }
    List<Expression> conditions =
        branches.stream()
            .map(b -> all(b.after()))
            .map(condition -> condition == null ? Expressions.TRUE : condition)
            .toList();
    Expression where = choice(branch, conditions);
    Expansion expansion =
        new Expansion(
            branches.stream().map(b -> rows(all(b.filters()), b)).toList(),
            where.toString().equals(Expressions.TRUE.toString()) ? null : where);
    return new Expanded(null, expansion, columns);
  }

  private static Expansion.Branch rows(@Nullable Expression filter, Branch branch) {
    return new Expansion.Branch(filter, branch.split(), branch.windows());
  }

  private static Expression choice(Expression branch, List<Expression> values) {
    Expression last = values.get(values.size() - 1);
    if (values.stream().allMatch(value -> value.toString().equals(last.toString()))) {
      return last;
    }
    if (values.stream().anyMatch(WindowEdge.class::isInstance)) {
      throw RexReader.unsupported("UNION ALL of a window's edge and something else");
    }
    List<Expression> conditions =
        IntStream.range(0, values.size() - 1)
            .mapToObj(b -> Expressions.equal(branch, Expressions.literal((long) b)))
            .toList();
    return Expressions.caseWhen(conditions, values.subList(0, values.size() - 1), last);
  }

  /** All of them; null if they are no condition. */
  static @Nullable Expression all(List<Expression> conditions) {
    if (conditions.isEmpty()) {
      return null;
    }
    Expression all = Expressions.and(conditions);
    return all.toString().equals(Expressions.TRUE.toString()) ? null : all;
  }
}
