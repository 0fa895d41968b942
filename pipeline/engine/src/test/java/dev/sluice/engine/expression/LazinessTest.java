package dev.sluice.engine.expression;

import static dev.sluice.engine.expression.TestColumns.column;
import static dev.sluice.engine.expression.TestColumns.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.event.Column;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.util.List;
import org.junit.jupiter.api.Test;

class LazinessTest {
  private static final Rows ROWS =
      Rows.all(new Column[] {column(FieldType.LONG, 4L, 0L, null, 2L)}, 4);
  private static final Expression X = Expressions.input(0, FieldType.LONG);
  private static final Expression NOT_ZERO = Expressions.notEqual(X, Expressions.literal(0L));
  private static final Expression INVERSE =
      Expressions.arithmetic(Arithmetic.DIVIDE, Expressions.literal(8L), X);
  private static final Expression MORE = Expressions.less(Expressions.literal(3L), INVERSE);

  @Test
  void caseEvaluatesAResultOnlyWhereItsConditionIsTrue() {
    Expression guarded =
        Expressions.caseWhen(
            List.of(NOT_ZERO), List.of(INVERSE), Expressions.nullOf(FieldType.LONG));
    assertThat(values(guarded, ROWS)).containsExactly(2L, null, null, 4L);
    assertThatThrownBy(() -> INVERSE.evaluate(ROWS)).hasMessageContaining("8 / 0");
  }

  @Test
  void andEvaluatesAnOperandOnlyWhereNoneBeforeIsFalse() {
    assertThat(values(Expressions.and(List.of(NOT_ZERO, MORE)), ROWS))
        .containsExactly(false, false, null, true);
    Rows found = Filters.where(Expressions.and(List.of(NOT_ZERO, MORE)), ROWS);
    assertThat(found.count()).isEqualTo(1);
    assertThatThrownBy(() -> Expressions.and(List.of(MORE, NOT_ZERO)).evaluate(ROWS))
        .hasMessageContaining("QUERY_DIVISION_BY_ZERO");
  }

  @Test
  void orEvaluatesAnOperandOnlyWhereNoneBeforeIsTrue() {
    Expression zero = Expressions.not(NOT_ZERO);
    assertThat(values(Expressions.or(List.of(zero, MORE)), ROWS))
        .containsExactly(false, true, null, true);
    assertThat(Filters.where(Expressions.or(List.of(zero, MORE)), ROWS).count()).isEqualTo(2);
  }

  @Test
  void coalesceEvaluatesAnOperandOnlyWhereAllBeforeAreNull() {
    Expression failing = Expressions.arithmetic(Arithmetic.DIVIDE, X, Expressions.literal(0L));
    assertThat(values(Expressions.coalesce(List.of(X, failing)), ROWS))
        .containsExactly(4L, 0L, null, 2L);
  }

  @Test
  void rowsThatAreNotSelectedDoNotFail() {
    assertThat(values(INVERSE, ROWS.select(new int[] {0, 3}, 2))).containsExactly(2L, 4L);
  }

  @Test
  void aConstantThatFailsFailsOnlyWhereItIsEvaluated() {
    Expression failing =
        Expressions.arithmetic(Arithmetic.DIVIDE, Expressions.literal(1L), Expressions.literal(0L));
    assertThat(values(failing, ROWS.select(new int[0], 0))).isEmpty();
    assertThatThrownBy(() -> failing.evaluate(ROWS)).hasMessageContaining("1 / 0");
  }

  @Test
  void aSmallBatchOfALargeDictionaryReadsOnlyItsOwnEntries() {
    byte[][] dictionary = new byte[1_000_000][];
    dictionary[999_999] = new byte[] {'b'};
    StringColumn column = new StringColumn(new int[] {999_999}, dictionary, 1_000_000, null);
    Rows rows = Rows.all(new Column[] {column}, 1);
    Expression value = Expressions.input(0, FieldType.STRING);
    assertThat(values(TextOperators.upper(value), rows)).containsExactly("B");
    assertThat(values(Expressions.equal(value, Expressions.literal("b")), rows))
        .containsExactly(true);
  }

  @Test
  void orderOfOperandsIsNoPartOfTheTextWhereNoneCanFail() {
    Expression positive = Expressions.less(Expressions.literal(0L), X);
    assertThat(Expressions.and(List.of(positive, NOT_ZERO)))
        .hasToString(Expressions.and(List.of(NOT_ZERO, positive)).toString());
    assertThat(Expressions.and(List.of(MORE, NOT_ZERO)).toString())
        .isNotEqualTo(Expressions.and(List.of(NOT_ZERO, MORE)).toString());
  }
}
