package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.model.event.EventBatch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Apache's access log, which is out of order nearly everywhere, in one partition. */
class AccessLogTest {
  private static final String PER_WINDOW =
      "SELECT COUNT(*) AS n FROM %s GROUP BY TUMBLE(ts, INTERVAL '%s' SECOND)";

  @ParameterizedTest
  @CsvSource({"59, 0", "58, 99", "30, 4500", "10, 7813", "0, 9448"})
  void linesAreLateForTheirSecondAsTheLatenessSays(int lateness, long late) {
    Answer answer = answer(lateness, 1);

    assertThat(answer.accounted("late")).isEqualTo(late);
    assertThat(answer.accounted("counted")).isEqualTo(AccessLog.LINES - late);
    assertThat(answer.accounted("read")).isEqualTo(AccessLog.LINES);
    assertThat(counted(answer)).isEqualTo(AccessLog.LINES - late);
  }

  @ParameterizedTest
  @CsvSource({"59", "58", "30", "10", "0"})
  void noLineIsLateForItsMinute(int lateness) {
    Answer answer = answer(lateness, 60);

    assertThat(answer.accounted("late")).isZero();
    assertThat(counted(answer)).isEqualTo(AccessLog.LINES);
  }

  @Test
  void brokersLogHasTheSameAnswer() {
    try (QueryBed bed = new QueryBed(QuerySettings.defaults())) {
      bed.declare(AccessLog.stream("access_log", Duration.ofSeconds(30)));
      AccessLog.frames().forEach(frame -> bed.send("access_log", frame));

      Answer answer = bed.ask(PER_WINDOW.formatted("access_log", 1));

      assertThat(answer.accounted("late")).isEqualTo(4_500);
      assertThat(answer.rows).isEqualTo(answer(30, 1).rows);
    }
  }

  private static Answer answer(int lateness, int size) {
    MemoryLog log = new MemoryLog(AccessLog.stream("log", Duration.ofSeconds(lateness)));
    AccessLog.frames().forEach(frame -> log.send(0, frame));
    List<EventBatch> batches = log.read(Long.MIN_VALUE).get(0);
    return log.query(PER_WINDOW.formatted("log", size), false).run(Long.MIN_VALUE, batches);
  }

  private static long counted(Answer answer) {
    return java.util.stream.Stream.concat(answer.rows.stream(), answer.updates.stream())
        .mapToLong(row -> Long.parseLong(row.replaceAll(".*\"n\":(\\d+).*", "$1")))
        .sum();
  }
}
