package dev.sluice.engine.expression;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code x = 1 OR x = 2 OR …}, as which an IN list arrives, as one look-up. */
final class InLists {
  private InLists() {}

  /** An equality with a literal, as an operand of OR. */
  record Equality(Expression value, Literal literal) {}

  /** The operands of an OR with the equalities of one value put together. */
  static List<Expression> gather(List<Expression> operands) {
    Map<String, List<Equality>> byValue = new LinkedHashMap<>();
    List<Expression> gathered = new ArrayList<>();
    for (Expression operand : operands) {
      Equality equality = equality(operand);
      if (equality == null) {
        gathered.add(operand);
        continue;
      }
      String value = equality.value().toString();
      List<Equality> known = byValue.get(value);
      if (known == null) {
        known = new ArrayList<>();
        byValue.put(value, known);
        gathered.add(new Pending(operand, known));
      }
      known.add(equality);
    }
    gathered.replaceAll(e -> e instanceof Pending pending ? pending.resolve() : e);
    return gathered;
  }

  /** Only what cannot fail may move forward to the first of its kind. */
  private static @Nullable Equality equality(Expression operand) {
    Equality equality = null;
    if (operand instanceof StringLiteralComparison comparison && comparison.isEqual()) {
      equality = new Equality(comparison.left(), comparison.literal());
    } else if (operand instanceof LongComparison comparison && comparison.isEqual()) {
      equality = ofEither(comparison.left(), comparison.right());
    } else if (operand instanceof DoubleComparison comparison && comparison.isEqual()) {
      equality = ofEither(comparison.left(), comparison.right());
    }
    return equality != null && Node.mayFail(equality.value()) ? null : equality;
  }

  private static @Nullable Equality ofEither(Expression left, Expression right) {
    if (right instanceof Literal literal) {
      return new Equality(left, literal);
    }
    return left instanceof Literal literal ? new Equality(right, literal) : null;
  }

  /** Canonical text of a list's end: {@code IN (1, 2))}. */
  static String text(List<Literal> members) {
    return members.stream()
        .map(Literal::toString)
        .sorted()
        .distinct()
        .collect(Collectors.joining(", ", " IN (", "))"));
  }

  /** Stands for the equalities of one value until all are known. */
  private record Pending(Expression first, List<Equality> equalities) implements Expression {
    Expression resolve() {
      if (equalities.size() == 1) {
        return first;
      }
      Expression value = equalities.get(0).value();
      List<Literal> members = equalities.stream().map(Equality::literal).toList();
      return value.type() == FieldType.STRING
          ? new StringIn(value, members)
          : new NumberIn(value, members);
    }

    @Override
    public FieldType type() {
      return FieldType.BOOLEAN;
    }

    @Override
    public Column evaluate(Rows rows) {
      throw new IllegalStateException("evaluated before it was resolved");
    }
  }
}
