package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.expression.Condition.All;
import dev.sluice.engine.expression.Condition.Any;
import dev.sluice.engine.expression.Condition.Compared;
import dev.sluice.engine.expression.Condition.Comparing;
import dev.sluice.engine.expression.Condition.In;
import dev.sluice.engine.expression.Condition.Null;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds what a filter asks of columns. */
public final class Conditions {
  private Conditions() {}

  /**
   * A condition that holds wherever the filter is TRUE; it may hold elsewhere too.
   *
   * <p>Of AND it has what comes before the first operand that can fail: whoever leaves out rows by
   * what comes after would hide the failure.
   *
   * @return null if nothing can be said
   */
  public static @Nullable Condition of(@Nullable Expression filter) {
    if (filter instanceof Connective connective) {
      return connective.and() ? all(connective.operands()) : any(connective.operands());
    }
    if (filter instanceof IsTrue test) {
      return of(test.operand());
    }
    if (filter instanceof InputColumn flag && flag.type() == FieldType.BOOLEAN) {
      return new Compared(flag, Comparing.EQUAL, 1L);
    }
    if (filter instanceof Not not
        && not.operand() instanceof InputColumn flag
        && flag.type() == FieldType.BOOLEAN) {
      return new Compared(flag, Comparing.EQUAL, 0L);
    }
    if (filter instanceof IsNull test) {
      return test.operand() instanceof InputColumn column ? new Null(column, test.wanted()) : null;
    }
    return filter instanceof Predicate predicate ? ofPredicate(predicate) : null;
  }

  private static @Nullable Condition all(List<Expression> operands) {
    List<Condition> known =
        operands.stream()
            .takeWhile(operand -> !Node.mayFail(operand))
            .map(Conditions::of)
            .filter(Objects::nonNull)
            .toList();
    return known.isEmpty() ? null : new All(known);
  }

  private static @Nullable Condition any(List<Expression> operands) {
    List<Condition> known = new ArrayList<>();
    for (Expression operand : operands) {
      Condition condition = of(operand);
      if (condition == null) {
        return null;
      }
      known.add(condition);
    }
    return new Any(known);
  }

  private static @Nullable Condition ofPredicate(Predicate predicate) {
    if (predicate instanceof NumberIn in) {
      return in(in.left(), in.members());
    }
    if (predicate instanceof StringIn in) {
      return in(in.left(), in.members());
    }
    if (predicate instanceof StringLiteralComparison text) {
      return text.left() instanceof InputColumn column
          ? new Compared(
              column, Comparing.of(text.comparison(), text.literalFirst()), value(text.literal()))
          : null;
    }
    if (predicate instanceof LongComparison longs) {
      return compared(longs.comparison(), longs.left(), longs.right());
    }
    return predicate instanceof DoubleComparison doubles
        ? compared(doubles.comparison(), doubles.left(), doubles.right())
        : null;
  }

  private static @Nullable Condition in(Expression value, List<Literal> members) {
    return value instanceof InputColumn column
        ? new In(column, members.stream().map(Conditions::value).toList())
        : null;
  }

  private static @Nullable Condition compared(
      Comparison comparison, Expression left, Expression right) {
    if (left instanceof InputColumn column && right instanceof Literal literal) {
      return new Compared(column, Comparing.of(comparison, false), value(literal));
    }
    return right instanceof InputColumn column && left instanceof Literal literal
        ? new Compared(column, Comparing.of(comparison, true), value(literal))
        : null;
  }

  /** Of a literal that is not NULL: comparisons with NULL are none. */
  private static Object value(Literal literal) {
    if (literal.single() instanceof StringColumn strings) {
      return new String(strings.value(0), UTF_8);
    }
    return literal.single() instanceof DoubleColumn doubles
        ? (Object) doubles.values()[0]
        : (Object) ((LongColumn) literal.single()).values()[0];
  }
}
