package dev.sluice.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.expression.Condition.All;
import dev.sluice.engine.expression.Condition.Compared;
import dev.sluice.engine.expression.Condition.Comparing;
import dev.sluice.engine.expression.Condition.In;
import dev.sluice.engine.expression.Condition.Null;
import dev.sluice.model.stream.FieldType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final InputColumn TEXT = new InputColumn(0, FieldType.STRING);
  private static final InputColumn NUMBER = new InputColumn(1, FieldType.LONG);
  private static final Expression ONE = Expressions.literal(1L);

  @Test
  void comparisonsWithLiteralsAreKnownFromEitherSide() {
    assertThat(Conditions.of(Expressions.less(NUMBER, ONE)))
        .isEqualTo(new Compared(NUMBER, Comparing.LESS, 1L));
    assertThat(Conditions.of(Expressions.atMost(ONE, NUMBER)))
        .isEqualTo(new Compared(NUMBER, Comparing.AT_LEAST, 1L));
    assertThat(Conditions.of(Expressions.less(Expressions.literal("a"), TEXT)))
        .isEqualTo(new Compared(TEXT, Comparing.GREATER, "a"));
  }

  @Test
  void listsAndNullsAreKnown() {
    Expression two = Expressions.literal(2L);
    assertThat(
            Conditions.of(
                Expressions.or(
                    List.of(Expressions.equal(NUMBER, ONE), Expressions.equal(NUMBER, two)))))
        .isEqualTo(new In(NUMBER, List.of(1L, 2L)));
    assertThat(Conditions.of(Expressions.not(Expressions.isNull(TEXT))))
        .isEqualTo(new Null(TEXT, false));
  }

  @Test
  void ofAndItHasWhatIsKnownAndOfOrAllOrNothing() {
    Expression known = Expressions.equal(NUMBER, ONE);
    Expression unknown = Expressions.equal(TextOperators.upper(TEXT), Expressions.literal("A"));

    assertThat(Conditions.of(Expressions.and(List.of(unknown, known))))
        .isEqualTo(new All(List.of(new Compared(NUMBER, Comparing.EQUAL, 1L))));
    assertThat(Conditions.of(Expressions.or(List.of(known, unknown)))).isNull();
  }

  @Test
  void whatComesAfterSomethingThatCanFailHidesNoFailure() {
    Expression fails =
        Expressions.equal(
            Expressions.arithmetic(Arithmetic.DIVIDE, ONE, NUMBER), Expressions.literal(2L));
    Expression known = Expressions.isNull(TEXT);

    assertThat(Conditions.of(Expressions.and(List.of(fails, known)))).isNull();
    assertThat(Conditions.of(Expressions.and(List.of(known, fails))))
        .isEqualTo(new All(List.of(new Null(TEXT, true))));
  }
}
