package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Hopping windows are a function of the log, and panes do not show. */
class HopProperties {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 7);
  }

  @Property(tries = 300)
  void everyOrderOfReadingHasTheAnswerOfEachWindowForItself(
      @ForAll("logs") List<Entry> entries,
      @ForAll @IntRange(min = 1, max = 12) int slide,
      @ForAll @IntRange(min = 0, max = 25) int more,
      @ForAll @IntRange(min = 0, max = 11) int offset) {
    Hops hops = new Hops(slide + more, slide, offset % slide);
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
      @ForAll @IntRange(min = 1, max = 12) int slide,
      @ForAll @IntRange(min = 0, max = 25) int more,
      @ForAll @LongRange(max = 60) long asked) {
    Hops hops = new Hops(slide + more, slide, 0);
    long first = asked / slide * slide;
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected expected = hops.expected(entries, first);
    MemoryLog.Query query = log.query(hops.sql(), false);

    Answer answer = RandomLogs.oneAnswer(log, query, first, first);

    assertThat(answer.rows).isEqualTo(expected.rows);
    assertThat(answer.updates).isEqualTo(expected.open);
  }

  @Property(tries = 200)
  void readerOfEarlyRowsHasTheSameInTheEnd(
      @ForAll("logs") List<Entry> entries,
      @ForAll @IntRange(min = 1, max = 12) int slide,
      @ForAll @IntRange(min = 0, max = 25) int more) {
    Hops hops = new Hops(slide + more, slide, 0);
    MemoryLog log = RandomLogs.log(entries, 2);
    Expected expected = hops.expected(entries, Long.MIN_VALUE);
    MemoryLog.Query query = log.query(hops.sql(), true);

    RandomLogs.interleavings(
        log.read(Long.MIN_VALUE),
        order -> {
          Answer answer = query.run(Long.MIN_VALUE, order);
          Map<String, String> seen = new LinkedHashMap<>();
          for (String row : answer.told) {
            JsonNode json = JSON.readTree(row);
            seen.put(json.get("window_start") + " " + json.get("k"), row);
          }
          List<String> all = new ArrayList<>(expected.rows);
          all.addAll(expected.open);
          assertThat(seen.values()).containsExactlyInAnyOrderElementsOf(all);
          assertThat(answer.rows).isEqualTo(expected.rows);
        });
  }

  @Property(tries = 200)
  void windowsGoOnAfterAnyRow(
      @ForAll("logs") List<Entry> entries,
      @ForAll @IntRange(min = 1, max = 12) int slide,
      @ForAll @IntRange(min = 0, max = 25) int more) {
    MemoryLog log = RandomLogs.log(entries, 2);

    RandomLogs.resumeAnywhere(log, log.query(new Hops(slide + more, slide, 0).sql(), false));
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
        boolean inOne = false;
        long last = Math.floorDiv(e.time() - offset, slide) * slide + offset;
        for (long start = last; start + size > e.time(); start -= slide) {
          if (start + size > placed.watermark()) {
            inOne = true;
            long[] sums =
                windows
                    .computeIfAbsent(start, s -> new TreeMap<>())
                    .computeIfAbsent(e.key(), k -> new long[2]);
            sums[0]++;
            sums[1] += e.value();
          }
        }
        late += inOne ? 0 : 1;
        counted += inOne ? 1 : 0;
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
                                          RowEncoder.instant(start),
                                          RowEncoder.instant(start + size),
                                          key,
                                          sums[0],
                                          sums[1]))));
      return new Expected(rows, open, late, counted);
    }
  }
}
