package dev.sluice.engine.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.event.Column;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Makes expressions: checks the operands' types, computes what is constant, and picks the quickest
 * form. A LONG among DOUBLEs becomes a DOUBLE. What is made of numbers, text and times alone is in
 * {@link NumberFunctions}, {@link TextOperators}, {@link TextFunctions} and {@link TimeFunctions}.
 *
 * <p>Every method throws {@link IllegalArgumentException} for operands of a type that it does not
 * take: the caller has checked the query.
 */
public final class Expressions {
  public static final Expression TRUE = literal(true);
  public static final Expression FALSE = literal(false);

  private static final Rows ONE_ROW = Rows.all(new Column[0], 1);

  private Expressions() {}

  /** The input's column at an index. */
  public static Expression input(int index, FieldType type) {
    return new InputColumn(index, type);
  }

  public static Expression literal(long value) {
    return Literal.of(FieldType.LONG, value);
  }

  /**
   * @param value finite
   */
  public static Expression literal(double value) {
    require(Double.isFinite(value), "a literal", FieldType.DOUBLE);
    return Literal.of(value);
  }

  public static Expression literal(String value) {
    return Literal.of(value.getBytes(UTF_8));
  }

  public static Expression literal(boolean value) {
    return Literal.of(FieldType.BOOLEAN, value ? 1 : 0);
  }

  public static Expression timestamp(long epochMillis) {
    return Literal.of(FieldType.TIMESTAMP, epochMillis);
  }

  public static Expression nullOf(FieldType type) {
    return Literal.nullOf(type);
  }

  public static boolean isLiteral(Expression expression) {
    return expression instanceof Literal;
  }

  public static boolean isNullLiteral(Expression expression) {
    return expression instanceof Literal literal && literal.isNull();
  }

  /** Arithmetic of numbers, or a TIMESTAMP plus or minus a LONG of ms. */
  public static Expression arithmetic(Arithmetic operator, Expression left, Expression right) {
    if (isNullLiteral(left) || isNullLiteral(right)) {
      Set<FieldType> types = EnumSet.of(left.type(), right.type());
      return nullOf(
          types.contains(FieldType.TIMESTAMP)
              ? FieldType.TIMESTAMP
              : types.contains(FieldType.DOUBLE) ? FieldType.DOUBLE : FieldType.LONG);
    }
    if (left.type() == FieldType.TIMESTAMP && right.type() == FieldType.LONG) {
      require(
          operator == Arithmetic.ADD || operator == Arithmetic.SUBTRACT,
          operator.symbol(),
          FieldType.TIMESTAMP);
      return strict(new LongArithmetic(operator, FieldType.TIMESTAMP, left, right), left, right);
    }
    if (left.type() == FieldType.LONG && right.type() == FieldType.LONG) {
      return strict(new LongArithmetic(operator, FieldType.LONG, left, right), left, right);
    }
    Expression a = toDouble(operator.symbol(), left);
    Expression b = toDouble(operator.symbol(), right);
    return strict(new DoubleArithmetic(operator, a, b), a, b);
  }

  public static Expression equal(Expression left, Expression right) {
    return compare(Comparison.EQUAL, left, right);
  }

  public static Expression notEqual(Expression left, Expression right) {
    return compare(Comparison.NOT_EQUAL, left, right);
  }

  public static Expression less(Expression left, Expression right) {
    return compare(Comparison.LESS, left, right);
  }

  public static Expression atMost(Expression left, Expression right) {
    return compare(Comparison.AT_MOST, left, right);
  }

  private static Expression compare(Comparison comparison, Expression left, Expression right) {
    if (isNullLiteral(left) || isNullLiteral(right)) {
      return nullOf(FieldType.BOOLEAN);
    }
    if (left.type() == FieldType.STRING && right.type() == FieldType.STRING) {
      if (right instanceof Literal literal) {
        return strict(new StringLiteralComparison(comparison, left, literal, false), left);
      }
      return left instanceof Literal literal
          ? new StringLiteralComparison(comparison, right, literal, true)
          : new StringComparison(comparison, left, right);
    }
    if (left.type() == right.type() && left.type() != FieldType.DOUBLE) {
      return strict(new LongComparison(comparison, left, right), left, right);
    }
    Expression a = toDouble("a comparison", left);
    Expression b = toDouble("a comparison", right);
    return strict(new DoubleComparison(comparison, a, b), a, b);
  }

  /** All of them, from left to right, as far as needed. */
  public static Expression and(List<Expression> operands) {
    return connect(true, operands);
  }

  /** Any of them, from left to right, as far as needed. */
  public static Expression or(List<Expression> operands) {
    return connect(false, operands);
  }

  private static Expression connect(boolean and, List<Expression> operands) {
    List<Expression> flat = new ArrayList<>();
    for (Expression operand : operands) {
      require(
          operand.type() == FieldType.BOOLEAN || isNullLiteral(operand),
          and ? "AND" : "OR",
          operand.type());
      if (operand instanceof Connective nested && nested.and() == and) {
        flat.addAll(nested.operands());
      } else {
        flat.add(isNullLiteral(operand) ? nullOf(FieldType.BOOLEAN) : operand);
      }
    }
    String neutral = (and ? TRUE : FALSE).toString();
    if (flat.stream().anyMatch(e -> !isLiteral(e))) {
      flat.removeIf(e -> isLiteral(e) && e.toString().equals(neutral));
    }
    List<Expression> gathered = and ? lookedUpFirst(flat) : InLists.gather(flat);
    if (gathered.size() == 1) {
      return gathered.get(0);
    }
    Connective connective = new Connective(and, gathered);
    return gathered.stream().allMatch(Expressions::isLiteral) ? fold(connective) : connective;
  }

  /** What is looked up and not gone through comes first, unless the order tells what fails. */
  private static List<Expression> lookedUpFirst(List<Expression> conjuncts) {
    return conjuncts.stream().anyMatch(Node::mayFail)
        ? conjuncts
        : conjuncts.stream().sorted(Comparator.comparing(e -> !isEqualityOfText(e))).toList();
  }

  private static boolean isEqualityOfText(Expression expression) {
    return expression instanceof StringLiteralComparison comparison && comparison.isEqual();
  }

  public static Expression not(Expression value) {
    require(value.type() == FieldType.BOOLEAN, "NOT", value.type());
    if (value instanceof IsNull test) {
      return new IsNull(test.operand(), !test.wanted());
    }
    return strict(new Not(value), value);
  }

  public static Expression isNull(Expression value) {
    IsNull test = new IsNull(value, true);
    return isLiteral(value) ? fold(test) : test;
  }

  /** TRUE where the value is TRUE, else FALSE. */
  public static Expression isTrue(Expression value) {
    require(value.type() == FieldType.BOOLEAN, "IS TRUE", value.type());
    IsTrue test = new IsTrue(value);
    return isLiteral(value) ? fold(test) : test;
  }

  /** TRUE where the value is FALSE, else FALSE. */
  public static Expression isFalse(Expression value) {
    return isTrue(not(value));
  }

  /**
   * CASE WHEN.
   *
   * @param results as many as conditions; of {@code otherwise}'s type
   */
  public static Expression caseWhen(
      List<Expression> conditions, List<Expression> results, Expression otherwise) {
    require(results.stream().allMatch(r -> r.type() == otherwise.type()), "CASE", otherwise.type());
    if (isCoalesce(conditions, results)) {
      List<Expression> operands = new ArrayList<>(results);
      operands.add(otherwise);
      return coalesce(operands);
    }
    // A condition takes a row where it is TRUE, so that IS TRUE says nothing more.
    List<Expression> plain =
        conditions.stream().map(c -> c instanceof IsTrue test ? test.operand() : c).toList();
    Case choice = new Case(plain, results, otherwise);
    boolean constant =
        isLiteral(otherwise)
            && conditions.stream().allMatch(Expressions::isLiteral)
            && results.stream().allMatch(Expressions::isLiteral);
    return constant ? fold(choice) : choice;
  }

  /** {@code CASE WHEN a IS NOT NULL THEN a WHEN b IS NOT NULL THEN b … ELSE z END}. */
  private static boolean isCoalesce(List<Expression> conditions, List<Expression> results) {
    for (int i = 0; i < conditions.size(); i++) {
      if (!(conditions.get(i) instanceof IsNull test)
          || test.wanted()
          || !test.operand().toString().equals(results.get(i).toString())) {
        return false;
      }
    }
    return true;
  }

  /** The first that is not NULL; all of one type. */
  public static Expression coalesce(List<Expression> operands) {
    List<Expression> flat = new ArrayList<>();
    for (Expression operand : operands) {
      require(operand.type() == operands.get(0).type(), "COALESCE", operand.type());
      if (operand instanceof Coalesce nested) {
        flat.addAll(nested.operands());
      } else {
        flat.add(operand);
      }
    }
    return new Coalesce(flat);
  }

  public static boolean canCast(FieldType from, FieldType to) {
    return from == to
        || switch (to) {
          case STRING -> true;
          case LONG -> from != FieldType.TIMESTAMP;
          case DOUBLE -> from == FieldType.LONG || from == FieldType.STRING;
          case BOOLEAN -> from == FieldType.LONG || from == FieldType.STRING;
          case TIMESTAMP -> from == FieldType.STRING;
        };
  }

  public static Expression cast(Expression value, FieldType type) {
    require(canCast(value.type(), type), "CAST to " + type, value.type());
    if (value.type() == type) {
      return value;
    }
    if (isNullLiteral(value)) {
      return nullOf(type);
    }
    if (type == FieldType.STRING) {
      return strict(new Format(value), value);
    }
    return value.type() == FieldType.STRING
        ? strict(new Parse(value, type), value)
        : strict(new Cast(value, type), value);
  }

  /** The start of the tumbling window, aligned to the epoch plus an offset, of a TIMESTAMP. */
  public static Expression windowStart(Expression time, long size, long offset) {
    require(time.type() == FieldType.TIMESTAMP, "TUMBLE", time.type());
    return new WindowStart(time, size, offset);
  }

  static Expression toDouble(String operator, Expression value) {
    require(
        value.type() == FieldType.LONG || value.type() == FieldType.DOUBLE, operator, value.type());
    return cast(value, FieldType.DOUBLE);
  }

  /** An operator that is NULL where an operand is: computed at once where that is possible. */
  static Expression strict(Expression operation, Expression... operands) {
    if (Arrays.stream(operands).anyMatch(Expressions::isNullLiteral)) {
      return nullOf(operation.type());
    }
    return Arrays.stream(operands).allMatch(Expressions::isLiteral) ? fold(operation) : operation;
  }

  /** What fails is left to fail where it is evaluated: perhaps no row ever gets there. */
  private static Expression fold(Expression constant) {
    try {
      return Literal.at(constant.evaluate(ONE_ROW), 0);
    } catch (ProblemException e) {
      return constant;
    }
  }

  static void require(boolean holds, String operator, FieldType type) {
    if (!holds) {
      throw new IllegalArgumentException(operator + " does not take " + type);
    }
  }
}
