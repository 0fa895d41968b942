package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import dev.sluice.model.json.ColumnJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** A window on a window is a function of the log, and of the final rows of the first alone. */
class NestedProperties {

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 5);
  }

  @Provide
  Arbitrary<Windows> windows() {
    Arbitrary<Integer> slides = Arbitraries.integers().between(1, 9);
    Arbitrary<Integer> more = Arbitraries.of(0, 0, 3, 8);
    return Combinators.combine(slides, more, slides, more)
        .as((a, b, c, d) -> new Windows(a, a + b, 2L * c, 2L * c + d));
  }

  @Property(tries = 100)
  void everyOrderOfReadingHasTheAnswerOfOneAfterTheOther(
      @ForAll("logs") List<Entry> entries, @ForAll("windows") Windows windows) {
    MemoryLog log = RandomLogs.log(entries, 2);

    Answer answer =
        RandomLogs.oneAnswer(log, log.query(windows.sql(), false), Long.MIN_VALUE, Long.MIN_VALUE);

    Expected expected = windows.expected(entries, Long.MIN_VALUE);
    assertThat(answer.rows).isEqualTo(expected.rows);
    assertThat(answer.updates).isEqualTo(expected.open);
    assertThat(answer.accounted("late")).isEqualTo(expected.late);
  }

  @Property(tries = 60)
  void firstWindowThatIsAskedForIsWhole(
      @ForAll("logs") List<Entry> entries,
      @ForAll("windows") Windows windows,
      @ForAll @LongRange(max = 60) long asked) {
    MemoryLog log = RandomLogs.log(entries, 2);
    long first = asked / windows.slide * windows.slide;

    Answer answer =
        RandomLogs.oneAnswer(
            log, log.query(windows.sql(), false), first - windows.innerSize, first);

    Expected expected = windows.expected(entries, first);
    assertThat(answer.rows).isEqualTo(expected.rows);
    assertThat(answer.updates).isEqualTo(expected.open);
  }

  @Property(tries = 60)
  void windowsGoOnAfterAnyRow(
      @ForAll("logs") List<Entry> entries, @ForAll("windows") Windows windows) {
    MemoryLog log = RandomLogs.log(entries, 2);

    RandomLogs.resumeAnywhere(log, log.query(windows.sql(), false));
  }

  private record Expected(List<String> rows, List<String> open, long late) {}

  private record Windows(long innerSlide, long innerSize, long slide, long size) {
    String sql() {
      return ("SELECT k, COUNT(*) AS c, SUM(n) AS n, MAX(s) AS s, FIRST_VALUE(n) AS f FROM (SELECT k,"
              + " COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY HOP(ts, INTERVAL '0.%03d' SECOND,"
              + " INTERVAL '0.%03d' SECOND), k) GROUP BY HOP(window_end, INTERVAL '0.%03d' SECOND,"
              + " INTERVAL '0.%03d' SECOND), k")
          .formatted(innerSlide, innerSize, slide, size);
    }

    /** All windows of the log, then all windows of those that are final. */
    Expected expected(List<Entry> entries, long first) {
      TreeMap<Long, TreeMap<String, long[]>> inner = new TreeMap<>();
      long late = 0;
      for (Placed placed : RandomLogs.placed(entries, 2)) {
        Entry e = placed.entry();
        if (!e.isEvent()) {
          continue;
        }
        List<Long> starts = RandomLogs.windows(placed, innerSize, innerSlide, 0);
        for (long start : starts) {
          long[] sums = group(inner, start, e.key());
          sums[0]++;
          sums[1] += e.value();
        }
        late += starts.isEmpty() ? 1 : 0;
      }
      long watermark = RandomLogs.watermark(entries, 2);
      TreeMap<Long, TreeMap<String, long[]>> outer = new TreeMap<>();
      for (Map.Entry<Long, TreeMap<String, long[]>> window : inner.entrySet()) {
        long end = window.getKey() + innerSize;
        if (end <= watermark) {
          window.getValue().forEach((key, sums) -> addTo(outer, end - 1, key, sums));
        }
      }
      List<String> rows = new ArrayList<>();
      List<String> open = new ArrayList<>();
      outer
          .tailMap(first)
          .forEach(
              (start, groups) ->
                  groups.forEach(
                      (key, sums) ->
                          (start + size <= watermark ? rows : open).add(text(start, key, sums))));
      return new Expected(rows, open, late);
    }

    private void addTo(
        TreeMap<Long, TreeMap<String, long[]>> outer, long time, String key, long[] row) {
      for (long start = Math.floorDiv(time, slide) * slide; start + size > time; start -= slide) {
        long[] sums = group(outer, start, key);
        sums[2] = sums[3] == 0 ? row[1] : Math.max(sums[2], row[1]);
        sums[1] = sums[3] == 0 ? row[0] : sums[1];
        sums[0] += row[0];
        sums[3]++;
      }
    }

    private static long[] group(
        TreeMap<Long, TreeMap<String, long[]>> windows, long start, String key) {
      return windows
          .computeIfAbsent(start, s -> new TreeMap<>())
          .computeIfAbsent(key, k -> new long[4]);
    }

    private String text(long start, String key, long[] sums) {
      return ("{\"window_start\":\"%s\",\"window_end\":\"%s\",\"k\":\"%s\",\"c\":%d,\"n\":%d,\"s\":%d,"
              + "\"f\":%d}")
          .formatted(
              ColumnJson.instant(start),
              ColumnJson.instant(start + size),
              key,
              sums[3],
              sums[0],
              sums[2],
              sums[1]);
    }
  }
}
