package dev.sluice.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.event.Column;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.FieldType;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * Whatever the expression, the rows and the selection: evaluating the selection is evaluating each
 * row alone. The expression and the rows come out of one number, so that a failure can be run
 * again.
 */
class SelectionProperties {
  private static final FieldType[] TYPES = FieldType.values();
  private static final Object[] LONGS = {0L, 1L, -1L, 7L, 100L, Long.MAX_VALUE, Long.MIN_VALUE};
  private static final Object[] DOUBLES = {0.0, -0.0, 1.5, -2.5, 1e9, 1e300, -1e300, 3.0};
  private static final Object[] STRINGS = {"", "a", "A", "ab", "7", " 1.5 ", "grüße", "true", "b%"};
  private static final Object[] TIMES = {0L, 1_000L, -1L, 1_700_000_000_123L};

  @Property(tries = 3_000)
  void evaluatingASelectionIsEvaluatingEachRowAlone(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    int size = 1 + random.nextInt(80);
    Column[] columns = columns(random, size);
    Expression expression = expression(random, TYPES[random.nextInt(TYPES.length)], 4);
    Rows rows = selection(random, columns, size);

    List<@Nullable Object> alone = new ArrayList<>();
    boolean fails = false;
    for (int i = 0; i < rows.count(); i++) {
      try {
        alone.addAll(
            TestColumns.values(expression, rows.select(new int[] {rows.selected()[i]}, 1)));
      } catch (ProblemException e) {
        fails = true;
      }
    }
    if (fails) {
      assertThat(failure(expression, rows)).as("%s", expression).isNotNull();
    } else {
      assertThat(TestColumns.values(expression, rows)).as("%s", expression).isEqualTo(alone);
    }
  }

  /** The first who look for a value go through the rows, those who come after look it up. */
  @Property(tries = 500)
  void equalTextIsFoundHoweverManyHaveLookedForIt(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    int size = 1 + random.nextInt(80);
    Object[] values = new Object[size];
    Arrays.setAll(values, i -> random.nextInt(5) == 0 ? null : STRINGS[random.nextInt(4)]);
    Rows rows = Rows.all(new Column[] {TestColumns.column(FieldType.STRING, values)}, size);

    for (int asked = 0; asked < 20; asked++) {
      Object wanted = STRINGS[random.nextInt(5)];
      Expression equality =
          Expressions.equal(
              new InputColumn(0, FieldType.STRING), Expressions.literal((String) wanted));
      Rows found = Filters.where(equality, rows);
      assertThat(Arrays.stream(found.selected()).limit(found.count()))
          .as("%s in %s", wanted, Arrays.toString(values))
          .containsExactlyElementsOf(
              IntStream.range(0, size).filter(row -> wanted.equals(values[row])).boxed().toList());
    }
  }

  @Property(tries = 3_000)
  void filteringFindsTheRowsWhereThePredicateIsTrue(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    int size = 1 + random.nextInt(80);
    Column[] columns = columns(random, size);
    Expression predicate = expression(random, FieldType.BOOLEAN, 4);
    Rows rows = selection(random, columns, size);
    int[] before = rows.selected().clone();
    if (failure(predicate, rows) != null) {
      return;
    }
    List<Integer> expected = new ArrayList<>();
    List<@Nullable Object> values = TestColumns.values(predicate, rows);
    for (int i = 0; i < rows.count(); i++) {
      if (Boolean.TRUE.equals(values.get(i))) {
        expected.add(rows.selected()[i]);
      }
    }
    Rows found = Filters.where(predicate, rows);
    assertThat(Arrays.stream(found.selected()).limit(found.count()).boxed().toList())
        .as("%s", predicate)
        .isEqualTo(expected);
    assertThat(rows.selected()).isEqualTo(before);
  }

  private static @Nullable ProblemException failure(Expression expression, Rows rows) {
    try {
      var unused = expression.evaluate(rows);
      return null;
    } catch (ProblemException e) {
      return e;
    }
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  private static Rows selection(Random random, Column[] columns, int size) {
    int[] selected = new int[size];
    int count = 0;
    int share = 1 + random.nextInt(4);
    for (int row = 0; row < size; row++) {
      if (random.nextInt(share) == 0) {
        selected[count++] = row;
      }
    }
    return new Rows(columns, size, selected, count);
  }

  /** Two columns of each type: one with nulls, one without. */
  private static Column[] columns(Random random, int size) {
    Column[] columns = new Column[2 * TYPES.length];
    for (int i = 0; i < columns.length; i++) {
      Object[] values = new Object[size];
      for (int row = 0; row < size; row++) {
        boolean isNull = i % 2 == 0 && random.nextInt(3) == 0;
        values[row] = isNull ? null : value(random, TYPES[i / 2]);
      }
      columns[i] = TestColumns.column(TYPES[i / 2], values);
    }
    return columns;
  }

  private static Object value(Random random, FieldType type) {
    return switch (type) {
      case STRING -> pick(random, STRINGS);
      case LONG -> random.nextBoolean() ? pick(random, LONGS) : (Object) (long) random.nextInt(20);
      case DOUBLE -> pick(random, DOUBLES);
      case BOOLEAN -> random.nextBoolean();
      case TIMESTAMP -> pick(random, TIMES);
    };
  }

  private static Object pick(Random random, Object[] values) {
    return values[random.nextInt(values.length)];
  }

  private static Expression expression(Random random, FieldType type, int depth) {
    if (depth == 0 || random.nextInt(6) == 0) {
      return leaf(random, type);
    }
    int next = depth - 1;
    if (random.nextInt(6) == 0) {
      return Expressions.caseWhen(
          List.of(
              expression(random, FieldType.BOOLEAN, next),
              expression(random, FieldType.BOOLEAN, next)),
          List.of(expression(random, type, next), expression(random, type, next)),
          expression(random, type, next));
    }
    if (random.nextInt(8) == 0) {
      return Expressions.coalesce(
          List.of(expression(random, type, next), expression(random, type, next)));
    }
    return switch (type) {
      case BOOLEAN -> predicate(random, next);
      case LONG -> whole(random, next);
      case DOUBLE -> number(random, next);
      case STRING -> text(random, next);
      case TIMESTAMP ->
          switch (random.nextInt(3)) {
            case 0 -> Expressions.windowStart(expression(random, type, next), 10_000, 500);
            case 1 ->
                TimeFunctions.floor(
                    TimePart.MONTH, expression(random, type, next), ZoneId.of("Europe/Berlin"));
            default ->
                Expressions.arithmetic(
                    Arithmetic.ADD, expression(random, type, next), Expressions.literal(5L));
          };
    };
  }

  private static Expression leaf(Random random, FieldType type) {
    int choice = random.nextInt(8);
    if (choice == 0) {
      return Expressions.nullOf(type);
    }
    if (choice < 4) {
      Object value = value(random, type);
      return switch (type) {
        case STRING -> Expressions.literal((String) value);
        case LONG -> Expressions.literal((Long) value);
        case DOUBLE -> Expressions.literal((Double) value);
        case BOOLEAN -> Expressions.literal((Boolean) value);
        case TIMESTAMP -> Expressions.timestamp((Long) value);
      };
    }
    return Expressions.input(2 * type.ordinal() + random.nextInt(2), type);
  }

  private static Expression predicate(Random random, int depth) {
    FieldType type = TYPES[random.nextInt(TYPES.length)];
    Expression a = expression(random, type, depth);
    Expression b = expression(random, type, depth);
    Expression p = expression(random, FieldType.BOOLEAN, depth);
    Expression q = expression(random, FieldType.BOOLEAN, depth);
    return switch (random.nextInt(11)) {
      case 0 -> Expressions.equal(a, b);
      case 1 -> Expressions.notEqual(a, b);
      case 2 -> Expressions.less(a, b);
      case 3 -> Expressions.atMost(a, b);
      case 4 -> Expressions.and(List.of(p, q, Expressions.less(a, b)));
      case 5 -> Expressions.or(List.of(p, q, Expressions.less(a, b)));
      case 6 -> Expressions.not(p);
      case 7 -> Expressions.isNull(a);
      case 8 -> Expressions.isTrue(p);
      case 9 ->
          Expressions.or(
              List.of(
                  Expressions.equal(a, leaf(random, type)),
                  Expressions.equal(a, leaf(random, type)),
                  Expressions.equal(a, leaf(random, type))));
      default ->
          TextOperators.like(
              expression(random, FieldType.STRING, depth), Expressions.literal("%a_%"), "\\");
    };
  }

  private static Expression whole(Random random, int depth) {
    Expression a = expression(random, FieldType.LONG, depth);
    return switch (random.nextInt(8)) {
      case 0 -> NumberFunctions.negate(a);
      case 1 -> NumberFunctions.abs(a);
      case 6 ->
          TextFunctions.position(
              List.of(leaf(random, FieldType.STRING), expression(random, FieldType.STRING, depth)));
      case 7 ->
          TimeFunctions.extract(
              TimePart.HOUR, expression(random, FieldType.TIMESTAMP, depth), ZoneOffset.UTC);
      case 2 -> TextOperators.charLength(expression(random, FieldType.STRING, depth));
      case 3 -> Expressions.cast(expression(random, FieldType.DOUBLE, depth), FieldType.LONG);
      default -> arithmetic(random, a, expression(random, FieldType.LONG, depth));
    };
  }

  private static Expression number(Random random, int depth) {
    Expression a = expression(random, FieldType.DOUBLE, depth);
    return switch (random.nextInt(9)) {
      case 0 -> NumberFunctions.negate(a);
      case 7 -> NumberFunctions.sqrt(a);
      case 8 -> NumberFunctions.greatest(List.of(a, expression(random, FieldType.DOUBLE, depth)));
      case 1 -> NumberFunctions.floor(a);
      case 2 -> NumberFunctions.round(a, expression(random, FieldType.LONG, depth));
      case 3 -> Expressions.cast(expression(random, FieldType.LONG, depth), FieldType.DOUBLE);
      default -> arithmetic(random, a, expression(random, FieldType.DOUBLE, depth));
    };
  }

  private static Expression text(Random random, int depth) {
    Expression a = expression(random, FieldType.STRING, depth);
    Expression whole = leaf(random, FieldType.LONG);
    return switch (random.nextInt(8)) {
      case 0 -> TextOperators.upper(a);
      case 5 -> TextFunctions.splitIndex(List.of(a, leaf(random, FieldType.STRING), whole));
      case 6 -> TextFunctions.left(List.of(a, whole));
      case 7 -> NumberFunctions.least(List.of(a, expression(random, FieldType.STRING, depth)));
      case 1 -> TextOperators.trim(a, " a", true, true);
      case 2 -> TextOperators.substring(a, 2, 2);
      case 3 ->
          Expressions.cast(expression(random, TYPES[random.nextInt(5)], depth), FieldType.STRING);
      default -> TextOperators.concat(a, expression(random, FieldType.STRING, depth));
    };
  }

  private static Expression arithmetic(Random random, Expression a, Expression b) {
    Arithmetic[] operators = Arithmetic.values();
    return Expressions.arithmetic(operators[random.nextInt(operators.length)], a, b);
  }
}
