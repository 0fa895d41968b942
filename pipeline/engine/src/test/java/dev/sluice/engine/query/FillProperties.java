package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import dev.sluice.model.json.ColumnJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Rows of silent groups are a function of the log, wherever and in whatever order it is read. */
class FillProperties {

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 6);
  }

  @Provide
  Arbitrary<Question> questions() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(0, 20),
            Arbitraries.of(Fill.Mode.class),
            Arbitraries.integers().between(1, 6))
        .as(
            (slide, more, mode, windows) ->
                new Question(slide + more, slide, new Fill(mode, windows)));
  }

  @Property(tries = 50)
  void aGroupHasARowInEveryWindowForAsLongAsItIsExpected(
      @ForAll("logs") List<Entry> entries, @ForAll("questions") Question question) {
    MemoryLog log = RandomLogs.log(entries, 2);
    MemoryLog.Query query = log.query(question.sql(), false, question.fill);

    Answer answer = RandomLogs.oneAnswer(log, query, Long.MIN_VALUE, Long.MIN_VALUE);

    assertThat(answer.rows).isEqualTo(question.expected(entries, Long.MIN_VALUE));
  }

  @Property(tries = 30)
  void readersOfEarlyRowsGetTheSameInTheEnd(
      @ForAll("logs") List<Entry> entries, @ForAll("questions") Question question) {
    MemoryLog log = RandomLogs.log(entries, 2);
    MemoryLog.Query query = log.query(question.sql(), true, question.fill);

    Answer answer = query.run(Long.MIN_VALUE, log.readAll());

    assertThat(answer.rows).isEqualTo(question.expected(entries, Long.MIN_VALUE));
    assertThat(answer.updates).noneMatch(row -> row.contains("filled"));
  }

  @Property(tries = 50)
  void whoBeginsAtATimeKnowsTheGroupsThatWereSeenBefore(
      @ForAll("logs") List<Entry> entries,
      @ForAll("questions") Question question,
      @ForAll @IntRange(min = 0, max = 5) int begin) {
    MemoryLog log = RandomLogs.log(entries, 2);
    MemoryLog.Query query = log.query(question.sql(), false, question.fill);
    long first = begin * question.slide;

    Answer answer = RandomLogs.oneAnswer(log, query, first - query.lead(), first);

    assertThat(answer.rows).isEqualTo(question.expected(entries, first));
  }

  @Property(tries = 30)
  void filledWindowsGoOnAfterAnyRow(
      @ForAll("logs") List<Entry> entries, @ForAll("questions") Question question) {
    MemoryLog log = RandomLogs.log(entries, 2);

    RandomLogs.resumeAnywhere(log, log.query(question.sql(), false, question.fill));
  }

  private record Aggregates(long n, @Nullable Long s) {}

  private record Question(long size, long slide, Fill fill) {
    String sql() {
      return "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY HOP(ts, INTERVAL '0.%03d' SECOND, INTERVAL '0.%03d' SECOND), k"
          .formatted(slide, size);
    }

    /** Each window for itself: who had an event in it, or in one of the last before it. */
    List<String> expected(List<Entry> entries, long first) {
      TreeMap<Long, Map<String, Aggregates>> windows = real(entries);
      long watermark = RandomLogs.watermark(entries, 2);
      List<String> rows = new ArrayList<>();
      if (windows.isEmpty()) {
        return rows;
      }
      long last = windows.lastKey() + fill.windows() * slide;
      for (long start = windows.firstKey();
          start <= last && start + size <= watermark;
          start += slide) {
        if (start >= first) {
          addRows(windows, start, rows);
        }
      }
      return rows;
    }

    private void addRows(
        TreeMap<Long, Map<String, Aggregates>> windows, long start, List<String> rows) {
      TreeMap<Long, Map<String, Aggregates>> late =
          new TreeMap<>(windows.subMap(start - fill.windows() * slide, true, start, true));
      TreeSet<String> keys = new TreeSet<>();
      late.values().forEach(groups -> keys.addAll(groups.keySet()));
      for (String key : keys) {
        Aggregates real = windows.getOrDefault(start, Map.of()).get(key);
        Aggregates previous =
            late.descendingMap().values().stream()
                .filter(groups -> groups.containsKey(key))
                .findFirst()
                .orElseThrow()
                .get(key);
        rows.add(
            "{\"window_start\":\"%s\",\"window_end\":\"%s\",\"k\":\"%s\",%s}"
                .formatted(
                    ColumnJson.instant(start),
                    ColumnJson.instant(start + size),
                    key,
                    real == null ? filled(previous) : text(real.n, real.s)));
      }
    }

    private String filled(Aggregates previous) {
      String text =
          switch (fill.mode()) {
            case NULL -> text(null, null);
            case ZERO -> text(0L, 0L);
            case PREVIOUS -> text(previous.n, previous.s);
          };
      return text + ",\"filled\":true";
    }

    private static String text(@Nullable Long n, @Nullable Long s) {
      return "\"n\":" + n + ",\"s\":" + s;
    }

    private TreeMap<Long, Map<String, Aggregates>> real(List<Entry> entries) {
      TreeMap<Long, Map<String, Aggregates>> windows = new TreeMap<>();
      for (Placed placed : RandomLogs.placed(entries, 2)) {
        Entry e = placed.entry();
        if (!e.isEvent()) {
          continue;
        }
        for (long start : RandomLogs.windows(placed, size, slide, 0)) {
          windows
              .computeIfAbsent(start, s -> new TreeMap<>())
              .merge(
                  e.key(),
                  new Aggregates(1, e.value()),
                  (a, b) -> new Aggregates(a.n + b.n, a.s + b.s));
        }
      }
      return windows;
    }
  }
}
