package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.expression.Expression;
import dev.sluice.engine.expression.Expressions;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.expression.TestColumns;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Ranking;
import dev.sluice.engine.plan.Ranking.By;
import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Early rows of the first two devices by their number of events. */
class RankingTest {
  private static final Expression DEVICE = Expressions.input(0, FieldType.STRING);
  private static final Expression COUNT = Expressions.input(1, FieldType.LONG);

  private final List<String> sent = new ArrayList<>();
  private final Operator operator = new TotalOperator(plan(), grouping(), true);
  private final RowSink sink =
      new RowSink() {
        @Override
        public void rows(
            Kind kind,
            Column[] keys,
            Column[] columns,
            int rows,
            long window,
            long @Nullable [] deleted) {
          for (int row = 0; row < rows; row++) {
            sent.add(
                (kind == Kind.ROW ? "final " : Bitmap.get(deleted, row) ? "-" : "+")
                    + TestColumns.value(columns[0], row)
                    + TestColumns.value(columns[1], row));
          }
        }

        @Override
        public void events(Column[] columns, EventBatch batch, Rows events) {
          throw new IllegalStateException("a grouping has no events");
        }
      };

  private static Grouping grouping() {
    Aggregate count = new Aggregate(Aggregate.Function.COUNT_ALL, null, FieldType.LONG);
    return new Grouping(List.of(DEVICE), null, List.of(count), null);
  }

  private static QueryPlan plan() {
    StreamDefinition stream =
        new StreamDefinition(
            "s",
            List.of(new Field("device", FieldType.STRING, false)),
            new Identity(null, null, Duration.ZERO),
            new EventTime(
                null, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1), null, null),
            new Storage(1, Duration.ofDays(1)),
            StreamDefinition.UnknownFields.REJECT);
    Ranking byCount = new Ranking(List.of(new By(COUNT, true, true)), 2L);
    return new QueryPlan(
        stream, null, null, null, grouping(), List.of(DEVICE, COUNT), byCount, null);
  }

  /** Takes an event of each of these devices, and sends the early rows. */
  private List<String> early(String... devices) {
    Column[] fields = {TestColumns.column(FieldType.STRING, (Object[]) devices)};
    long[] zeros = new long[devices.length];
    EventBatch batch =
        new EventBatch(
            0,
            0,
            devices.length,
            devices.length,
            fields,
            new EventBatch.LogColumns(zeros, zeros, zeros, zeros, null, null),
            0,
            new EventBatch.Undecodable(new long[0], new long[0]));
    operator.add(batch, Rows.all(fields, devices.length), new Accounting(), sink);
    sent.clear();
    if (operator.hasEarly()) {
      operator.early(sink);
    }
    return sent;
  }

  @Test
  void whatFallsOutOfTheFirstIsTakenBack() {
    assertThat(early("a", "b", "b")).containsExactly("+b2", "+a1");
    assertThat(early("c")).isEmpty();
    assertThat(early("c", "c", "c")).containsExactly("-a1", "+c4");
    assertThat(early("a", "b", "a")).containsExactly("-b3", "+a3").hasSize(2);
  }

  @Test
  void whatIsAmongTheFirstAsBeforeIsNotSentAgain() {
    early("a", "a", "b");

    assertThat(early("b")).containsExactly("+b2");
    assertThat(early("c")).isEmpty();
  }

  @Test
  void endHasTheFirstInOrder() {
    early("c", "a", "b", "b", "d");
    sent.clear();
    operator.finish(sink);

    assertThat(sent).containsExactly("final b2", "final a1");
  }
}
