package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.log.RandomLogs;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.EventBatch.LogColumns;
import dev.sluice.model.event.EventBatch.Undecodable;
import dev.sluice.model.event.EventBatch.Whole;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SharedFilterTest {
  private static final int SIZE = 6;
  private static final int[] EVEN = {0, 2, 4};
  private final int[] scratch = new int[SIZE];
  private int evaluated;

  /** Every other row, and how often it was asked. */
  private final Expression everyOther =
      new Expression() {
        @Override
        public FieldType type() {
          return FieldType.BOOLEAN;
        }

        @Override
        public Column evaluate(Rows rows) {
          evaluated++;
          return new LongColumn(FieldType.BOOLEAN, new long[] {1, 0, 1, 0, 1, 0}, null);
        }

        @Override
        public String toString() {
          return "every other";
        }
      };

  private final SharedFilters filters = new SharedFilters();

  private SharedFilter another() {
    return filters.of(RandomLogs.stream(true, 1, Duration.ofSeconds(5), Duration.ZERO), everyOther);
  }

  @Test
  void batchIsFilteredOnceForAllWhoFilterAlike() {
    SharedFilter one = another();
    SharedFilter other = another();
    EventBatch batch = batch();

    assertThat(rows(one.where(batch, whole(batch), scratch))).isEqualTo(EVEN);
    assertThat(rows(other.where(batch, whole(batch), scratch))).isEqualTo(EVEN);
    assertThat(evaluated).isEqualTo(1);

    another().where(batch(), whole(batch), scratch);
    assertThat(evaluated).isEqualTo(2);
  }

  @Test
  void whoTakesAPartOfABatchFiltersItAlone() {
    SharedFilter filter = another();
    another();
    EventBatch batch = batch();
    filter.where(batch, whole(batch), scratch);

    Rows part = whole(batch).select(new int[] {2, 3}, 2);

    assertThat(rows(filter.where(batch, part, scratch))).isEqualTo(new int[] {2});
  }

  private static int[] rows(Rows rows) {
    return Arrays.copyOf(rows.selected(), rows.count());
  }

  private static Rows whole(EventBatch batch) {
    Whole whole = batch.log().whole();
    return new Rows(batch.fields(), SIZE, whole.distinct(), whole.count());
  }

  private static EventBatch batch() {
    long[] values = new long[SIZE];
    return new EventBatch(
        0,
        0,
        SIZE,
        SIZE,
        new Column[0],
        new LogColumns(values, values, values, values, null, Whole.of(SIZE, values, null)),
        0,
        new Undecodable(new long[0], new long[0]));
  }
}
