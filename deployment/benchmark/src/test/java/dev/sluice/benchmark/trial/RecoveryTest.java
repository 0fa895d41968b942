package dev.sluice.benchmark.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.benchmark.trial.Seen.Stage;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private static final TopicPartition ONE = new TopicPartition("rows", 0);
  private static final TopicPartition OTHER = new TopicPartition("rows", 1);
  private static final long MOST_LAG = 10;

  private final Recovery recovery = new Recovery("pipeline 0", 0, MOST_LAG);

  @Test
  void rowsHaveMovedWhenTheyHaveInEveryPartition() {
    look(2, seen(Map.of(ONE, 100L), Map.of(ONE, 100L), rows(5, 5)));
    look(3, seen(Map.of(ONE, 100L), Map.of(ONE, 100L), rows(9, 5)));
    assertThat(recovery.moved()).isNaN();

    look(4, seen(Map.of(ONE, 100L), Map.of(ONE, 100L), rows(9, 6)));
    assertThat(recovery.moved()).isEqualTo(4);
  }

  @Test
  void whatWasOnItsWayInTheFirstSecondDoesNotCount() {
    look(0, seen(Map.of(), Map.of(), rows(5, 5)));
    look(2, seen(Map.of(), Map.of(), rows(6, 6)));

    assertThat(recovery.moved()).isNaN();
  }

  @Test
  void viewsAreUpToDateWhenWhatWasSentMeanwhileIsReadToo() {
    look(2, seen(Map.of(ONE, 100L), Map.of(ONE, 90L), rows(5, 5)));
    // All of before is read, but not of now.
    look(3, seen(Map.of(ONE, 200L), Map.of(ONE, 100L), rows(6, 6)));
    look(4, seen(Map.of(ONE, 210L), Map.of(ONE, 200L), rows(6, 6)));
    look(5, seen(Map.of(ONE, 210L), Map.of(ONE, 200L), rows(6, 6)));
    assertThat(recovery.upToDate()).isNaN();

    assertThat(look(6, seen(Map.of(ONE, 210L), Map.of(ONE, 200L), rows(6, 6)))).isTrue();
    assertThat(recovery.upToDate()).isEqualTo(6);
  }

  @Test
  void viewsAreNotUpToDateBeforeTheirTablesAre() {
    Seen behind =
        new Seen(
            new Stage(Map.of(ONE, 100L), Map.of(ONE, 100L)),
            new Stage(Map.of(), Map.of()),
            new Stage(rows(7, 7), rows(7, 3)),
            true);
    for (int second = 2; second < 6; second++) {
      look(second, behind);
    }

    assertThat(recovery.upToDate()).isNaN();
  }

  private boolean look(int second, Seen seen) {
    return recovery.look(seen, TimeUnit.SECONDS.toNanos(second));
  }

  private static Map<TopicPartition, Long> rows(long one, long other) {
    return Map.of(ONE, one, OTHER, other);
  }

  private static Seen seen(
      Map<TopicPartition, Long> sent,
      Map<TopicPartition, Long> read,
      Map<TopicPartition, Long> rows) {
    return new Seen(
        new Stage(sent, read), new Stage(Map.of(), Map.of()), new Stage(rows, rows), true);
  }
}
