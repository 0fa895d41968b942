package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that a filter asks columns for: {@code column = value}, of all that must hold. */
public final class AskedValues {
  private AskedValues() {}

  /**
   * The same filter with other values.
   *
   * @param others what stands in the place of which value: texts, or whole numbers
   * @return null unless each of the values is asked for
   */
  public static @Nullable Expression replaced(Expression filter, Map<Object, Object> others) {
    List<Expression> replaced = new ArrayList<>();
    int count = 0;
    for (Expression condition : Conjuncts.of(filter)) {
      Literal asked = asked(condition);
      Object other = asked == null ? null : others.get(value(asked));
      if (other == null) {
        replaced.add(condition);
      } else {
        replaced.add(with(condition, literal(other)));
        count++;
      }
    }
    return count == others.size() ? Expressions.and(replaced) : null;
  }

  private static @Nullable Literal asked(Expression condition) {
    if (condition instanceof StringLiteralComparison text) {
      return text.isEqual() && text.left() instanceof InputColumn ? text.literal() : null;
    }
    return condition instanceof LongComparison number
            && number.isEqual()
            && number.left() instanceof InputColumn column
            && column.type() == FieldType.LONG
            && number.right() instanceof Literal literal
        ? literal
        : null;
  }

  private static Expression with(Expression condition, Expression literal) {
    return Expressions.equal(((Predicate) condition).left(), literal);
  }

  private static Expression literal(Object value) {
    return value instanceof Long number
        ? Expressions.literal(number)
        : Expressions.literal((String) value);
  }

  private static Object value(Literal literal) {
    return literal.single() instanceof StringColumn strings
        ? new String(strings.value(0), UTF_8)
        : (Object) ((LongColumn) literal.single()).values()[0];
  }
}
