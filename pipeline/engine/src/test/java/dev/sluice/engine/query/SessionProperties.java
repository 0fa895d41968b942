package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import dev.sluice.model.json.ColumnJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.Assertions;

/** Sessions are a function of the log, whichever partition is read first. */
class SessionProperties {
  private static final long GAP = 7;
  private static final String SQL =
      "SELECT k, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS m FROM log"
          + " GROUP BY SESSION(ts, INTERVAL '0.007' SECOND), k";

  @Provide
  Arbitrary<List<Entry>> twoPartitions() {
    return RandomLogs.of(2, 7);
  }

  @Provide
  Arbitrary<List<Entry>> threePartitions() {
    return RandomLogs.of(3, 6);
  }

  @Property(tries = 1_500)
  void twoPartitionsHaveOneAnswerHoweverTheyAreRead(@ForAll("twoPartitions") List<Entry> entries) {
    hasOneAnswer(entries, 2);
  }

  @Property(tries = 1_500)
  void threePartitionsHaveOneAnswerHoweverTheyAreRead(
      @ForAll("threePartitions") List<Entry> entries) {
    hasOneAnswer(entries, 3);
  }

  @Property(tries = 200)
  void startsThatAreAskedForAreThoseOfTheWholeLog(
      @ForAll("twoPartitions") List<Entry> entries, @ForAll @LongRange(max = 60) long first) {
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected whole = Expected.of(entries, 2);
    MemoryLog.Query query = log.query(SQL, false);

    Answer answer = RandomLogs.oneAnswer(log, query, first - GAP, first);

    assertThat(answer.rows).isEqualTo(Expected.texts(whole.rows, first));
    assertThat(answer.updates).isEqualTo(Expected.texts(whole.open, first));
  }

  /** What a reader of early rows has in the end is what one of final rows has, and what is open. */
  @Property(tries = 200)
  void earlyRowsAreTakenBackWhenTheirSessionsMove(@ForAll("twoPartitions") List<Entry> entries) {
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected expected = Expected.of(entries, 2);
    MemoryLog.Query query = log.query(SQL, true);

    RandomLogs.interleavings(
        log.read(Long.MIN_VALUE),
        order -> {
          Answer answer = query.run(Long.MIN_VALUE, order);
          List<String> all = new ArrayList<>(Expected.texts(expected.rows, Long.MIN_VALUE));
          all.addAll(Expected.texts(expected.open, Long.MIN_VALUE));
          assertThat(RandomLogs.standing(answer, Assertions::fail))
              .containsExactlyInAnyOrderElementsOf(all);
          assertThat(answer.rows).isEqualTo(Expected.texts(expected.rows, Long.MIN_VALUE));
        });
  }

  @Property(tries = 300)
  void sessionsGoOnAfterAnyRow(@ForAll("threePartitions") List<Entry> entries) {
    MemoryLog log = RandomLogs.log(entries, 3);

    RandomLogs.resumeAnywhere(log, log.query(SQL, false));
  }

  private static void hasOneAnswer(List<Entry> entries, int partitions) {
    MemoryLog log = RandomLogs.log(entries, partitions);
    Expected expected = Expected.of(entries, partitions);
    List<String> rows = Expected.texts(expected.rows, Long.MIN_VALUE);
    List<String> open = Expected.texts(expected.open, Long.MIN_VALUE);
    MemoryLog.Query query = log.query(SQL, false);

    Answer answer = RandomLogs.oneAnswer(log, query, Long.MIN_VALUE, Long.MIN_VALUE);

    assertThat(answer.rows).isEqualTo(rows);
    assertThat(answer.updates).isEqualTo(open);
    assertThat(answer.accounted("late")).isEqualTo(expected.late);
    assertThat(answer.accounted("counted")).isEqualTo(expected.counted);
  }

  private record Found(String key, long start, long last, long n, long sum, long max) {
    String text() {
      return ("{\"window_start\":\"%s\",\"window_end\":\"%s\",\"k\":\"%s\",\"n\":%d,\"s\":%d,"
              + "\"m\":%d}")
          .formatted(ColumnJson.instant(start), ColumnJson.instant(last + GAP), key, n, sum, max);
    }
  }

  /** The plain reading: sort what is not late, and cut it where the gap is. */
  private record Expected(List<Found> rows, List<Found> open, long late, long counted) {
    static Expected of(List<Entry> entries, int partitions) {
      long late = 0;
      List<Entry> counted = new ArrayList<>();
      for (Placed placed : RandomLogs.placed(entries, partitions)) {
        if (placed.entry().isEvent()) {
          if (placed.entry().time() < placed.watermark()) {
            late++;
          } else {
            counted.add(placed.entry());
          }
        }
      }
      counted.sort(Comparator.comparing(Entry::key).thenComparing(Entry::time));
      List<Found> all = new ArrayList<>();
      for (Entry e : counted) {
        Found before = all.isEmpty() ? null : all.get(all.size() - 1);
        if (before != null && before.key.equals(e.key()) && e.time() - before.last < GAP) {
          all.set(
              all.size() - 1,
              new Found(
                  e.key(),
                  before.start,
                  e.time(),
                  before.n + 1,
                  before.sum + e.value(),
                  Math.max(before.max, e.value())));
        } else {
          all.add(new Found(e.key(), e.time(), e.time(), 1, e.value(), e.value()));
        }
      }
      all.sort(
          Comparator.comparing(Found::last).thenComparing(Found::start).thenComparing(Found::key));
      long watermark = RandomLogs.watermark(entries, partitions);
      return new Expected(
          all.stream().filter(f -> f.last + GAP <= watermark).toList(),
          all.stream().filter(f -> f.last + GAP > watermark).toList(),
          late,
          counted.size());
    }

    static List<String> texts(List<Found> found, long first) {
      return found.stream().filter(f -> f.start >= first).map(Found::text).toList();
    }
  }
}
