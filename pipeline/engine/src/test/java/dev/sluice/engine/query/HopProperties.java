package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import dev.sluice.model.json.ColumnJson;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.assertj.core.api.Assertions;

/** Hopping windows are a function of the log, and panes do not show. */
class HopProperties {

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 7);
  }

  @Provide
  Arbitrary<Hops> hops() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 12), Arbitraries.integers().between(0, 25))
        .as((slide, more) -> new Hops(slide + more, slide, 0));
  }

  @Property(tries = 300)
  void everyOrderOfReadingHasTheAnswerOfEachWindowForItself(
      @ForAll("logs") List<Entry> entries,
      @ForAll("hops") Hops aligned,
      @ForAll @IntRange(min = 0, max = 11) int offset) {
    Hops hops = new Hops(aligned.size, aligned.slide, offset % aligned.slide);
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected expected = hops.expected(entries, Long.MIN_VALUE);
    MemoryLog.Query query = log.query(hops.sql(), false);

    Answer answer = RandomLogs.oneAnswer(log, query, Long.MIN_VALUE, Long.MIN_VALUE);

    assertThat(answer.rows).isEqualTo(expected.rows);
    assertThat(answer.updates).isEqualTo(expected.open);
    assertThat(answer.accounted("late")).isEqualTo(expected.late);
    assertThat(answer.accounted("counted")).isEqualTo(expected.counted);
  }

  @Property(tries = 200)
  void startsThatAreAskedForAreThoseOfTheWholeLog(
      @ForAll("logs") List<Entry> entries,
      @ForAll("hops") Hops hops,
      @ForAll @LongRange(max = 60) long asked) {
    long first = asked / hops.slide * hops.slide;
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected expected = hops.expected(entries, first);
    MemoryLog.Query query = log.query(hops.sql(), false);

    Answer answer = RandomLogs.oneAnswer(log, query, first, first);

    assertThat(answer.rows).isEqualTo(expected.rows);
    assertThat(answer.updates).isEqualTo(expected.open);
  }

  @Property(tries = 200)
  void readerOfEarlyRowsHasTheSameInTheEnd(
      @ForAll("logs") List<Entry> entries, @ForAll("hops") Hops hops) {
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected expected = hops.expected(entries, Long.MIN_VALUE);
    MemoryLog.Query query = log.query(hops.sql(), true);

    RandomLogs.interleavings(
        log.read(Long.MIN_VALUE),
        order -> {
          Answer answer = query.run(Long.MIN_VALUE, order);
          List<String> all = new ArrayList<>(expected.rows);
          all.addAll(expected.open);
          assertThat(RandomLogs.standing(answer, Assertions::fail))
              .containsExactlyInAnyOrderElementsOf(all);
          assertThat(answer.rows).isEqualTo(expected.rows);
        });
  }

  @Property(tries = 200)
  void windowsGoOnAfterAnyRow(@ForAll("logs") List<Entry> entries, @ForAll("hops") Hops hops) {
    MemoryLog log = RandomLogs.log(entries, 2);

    RandomLogs.resumeAnywhere(log, log.query(hops.sql(), false));
  }

  private record Expected(List<String> rows, List<String> open, long late, long counted) {}

  private record Hops(long size, long slide, long offset) {
    String sql() {
      return "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY HOP(ts, INTERVAL '0.%03d' SECOND, INTERVAL '0.%03d' SECOND%s), k"
          .formatted(slide, size, offset == 0 ? "" : ", TIME '00:00:00.%03d'".formatted(offset));
    }

    /** Every event in every window that has it, unless it is late for that one. */
    Expected expected(List<Entry> entries, long first) {
      TreeMap<Long, TreeMap<String, long[]>> windows = new TreeMap<>();
      long late = 0;
      long counted = 0;
      for (Placed placed : RandomLogs.placed(entries, 2)) {
        Entry e = placed.entry();
        if (!e.isEvent()) {
          continue;
        }
        List<Long> starts = RandomLogs.windows(placed, size, slide, offset);
        for (long start : starts) {
          long[] sums =
              windows
                  .computeIfAbsent(start, s -> new TreeMap<>())
                  .computeIfAbsent(e.key(), k -> new long[2]);
          sums[0]++;
          sums[1] += e.value();
        }
        late += starts.isEmpty() ? 1 : 0;
        counted += starts.isEmpty() ? 0 : 1;
      }
      long watermark = RandomLogs.watermark(entries, 2);
      List<String> rows = new ArrayList<>();
      List<String> open = new ArrayList<>();
      windows
          .tailMap(first)
          .forEach(
              (start, groups) ->
                  groups.forEach(
                      (key, sums) ->
                          (start + size <= watermark ? rows : open)
                              .add(
                                  "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"k\":\"%s\",\"n\":%d,\"s\":%d}"
                                      .formatted(
                                          ColumnJson.instant(start),
                                          ColumnJson.instant(start + size),
                                          key,
                                          sums[0],
                                          sums[1]))));
      return new Expected(rows, open, late, counted);
    }
  }
}
