package dev.sluice.engine.expression;

import static dev.sluice.engine.expression.TestColumns.column;
import static dev.sluice.engine.expression.TestColumns.values;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.event.Column;
import dev.sluice.model.stream.FieldType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ThreeValuedLogicTest {
  private static final @Nullable Boolean U = null;
  private static final Boolean T = true;
  private static final Boolean F = false;

  private static final Rows ROWS =
      Rows.all(
          new Column[] {
            column(FieldType.BOOLEAN, T, T, T, F, F, F, U, U, U),
            column(FieldType.BOOLEAN, T, F, U, T, F, U, T, F, U)
          },
          9);

  private static final Expression A = Expressions.input(0, FieldType.BOOLEAN);
  private static final Expression B = Expressions.input(1, FieldType.BOOLEAN);

  @Test
  void andIsFalseWhereOneIsFalseAndElseNullWhereOneIsNull() {
    holds(Expressions.and(List.of(A, B)), T, F, U, F, F, F, U, F, U);
  }

  @Test
  void orIsTrueWhereOneIsTrueAndElseNullWhereOneIsNull() {
    holds(Expressions.or(List.of(A, B)), T, T, T, T, F, U, T, U, U);
  }

  @Test
  void notOfNullIsNull() {
    holds(Expressions.not(B), F, T, U, F, T, U, F, T, U);
    holds(Expressions.not(Expressions.and(List.of(A, B))), F, T, U, T, T, T, U, T, U);
  }

  @Test
  void testsOfTruthAreNeverNull() {
    holds(Expressions.isTrue(B), T, F, F, T, F, F, T, F, F);
    holds(Expressions.isFalse(B), F, T, F, F, T, F, F, T, F);
    holds(Expressions.not(Expressions.isTrue(B)), F, T, T, F, T, T, F, T, T);
    holds(Expressions.not(Expressions.isFalse(B)), T, F, T, T, F, T, T, F, T);
    holds(Expressions.isNull(B), F, F, T, F, F, T, F, F, T);
    holds(Expressions.not(Expressions.isNull(B)), T, T, F, T, T, F, T, T, F);
  }

  @Test
  void comparisonWithNullIsNull() {
    holds(Expressions.equal(A, B), T, F, U, F, T, U, U, U, U);
    holds(Expressions.less(A, B), F, F, U, T, F, U, U, U, U);
    holds(Expressions.equal(A, Expressions.nullOf(FieldType.BOOLEAN)), U, U, U, U, U, U, U, U, U);
  }

  private static void holds(Expression expression, @Nullable Boolean... expected) {
    assertThat(values(expression, ROWS)).isEqualTo(Arrays.asList((Object[]) expected));
    Rows found = Filters.where(expression, ROWS);
    for (int row = 0, i = 0; row < expected.length; row++) {
      boolean in = i < found.count() && found.selected()[i] == row;
      assertThat(in).as("row %s of %s", row, expression).isEqualTo(T.equals(expected[row]));
      i += in ? 1 : 0;
    }
  }
}
