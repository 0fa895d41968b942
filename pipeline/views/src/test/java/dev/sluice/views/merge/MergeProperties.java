package dev.sluice.views.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.views.delta.Partial;
import dev.sluice.views.merge.FirstStage.Event;
import dev.sluice.views.merge.MergeBed.Out;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * In whichever order the members' transactions reach the merge, and however events are put into
 * transactions, a view's rows are those of each window by itself, once each, and none of a time
 * before the watermark that was told.
 */
class MergeProperties {
  private static final MergeBed BED = new MergeBed();
  private static final int PARTITIONS = 3;
  private static long generation;

  /** A random log, and what the merge gets of it. */
  private static final class Log {
    final List<Event> events = new ArrayList<>();
    final List<Deque<List<Partial>>> transactions = new ArrayList<>();
    final long[] watermarks = new long[PARTITIONS];
    final Random random;
    private final FirstStage stage;

    Log(MergedView view, Random random) {
      this.random = random;
      stage = new FirstStage(view, PARTITIONS);
      Arrays.fill(watermarks, Long.MIN_VALUE);
      for (int p = 0; p < PARTITIONS; p++) {
        transactions.add(new ArrayDeque<>());
      }
      int count = 1 + random.nextInt(40);
      for (int i = 0; i < count; i++) {
        append(random.nextInt(PARTITIONS));
      }
      for (int p = 0; p < PARTITIONS; p++) {
        if (random.nextInt(3) > 0) {
          punctuate(p, 90);
        }
        transactions.get(p).add(stage.flush(p));
      }
    }

    private void append(int partition) {
      long time = random.nextInt(60);
      if (random.nextInt(6) == 0) {
        punctuate(partition, time);
      } else {
        events.add(
            stage.add(
                partition, "abc".charAt(random.nextInt(3)) + "", time, random.nextInt(20) - 9));
        watermarks[partition] = Math.max(watermarks[partition], time - FirstStage.LATENESS);
      }
      if (random.nextInt(3) == 0) {
        transactions.get(partition).add(stage.flush(partition));
      }
    }

    private void punctuate(int partition, long watermark) {
      stage.punctuate(partition, watermark);
      watermarks[partition] = Math.max(watermarks[partition], watermark);
    }

    long watermark() {
      return Arrays.stream(watermarks).min().orElseThrow();
    }

    /** All records, each partition's in its order, a transaction as a whole or not. */
    List<Partial> interleaved() {
      List<Partial> all = new ArrayList<>();
      while (transactions.stream().anyMatch(left -> !left.isEmpty())) {
        List<Deque<List<Partial>>> left = transactions.stream().filter(t -> !t.isEmpty()).toList();
        all.addAll(left.get(random.nextInt(left.size())).removeFirst());
      }
      return all;
    }
  }

  @Property(tries = 150)
  void tumblingWindowsLeaveOnceAndWhole(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int size) {
    String sql =
        "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY TUMBLE(ts, INTERVAL '0.%03d' SECOND), k HAVING COUNT(*) <> 2"
            .formatted(size);
    check(sql, seed, log -> Oracle.windows(log.events, size, size));
  }

  @Property(tries = 150)
  void hoppingWindowsAreThoseOfTheirPanes(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int slide,
      @ForAll @IntRange(min = 0, max = 25) int more) {
    String sql =
        "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY HOP(ts, INTERVAL '0.%03d' SECOND, INTERVAL '0.%03d' SECOND), k HAVING COUNT(*) <> 2"
            .formatted(slide, slide + more);
    check(sql, seed, log -> Oracle.windows(log.events, slide + more, slide));
  }

  @Property(tries = 150)
  void sessionsAreTheSameHoweverTheirPartsMeet(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 15) int gap) {
    String sql =
        "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY SESSION(ts, INTERVAL '0.%03d' SECOND), k HAVING COUNT(*) <> 2"
            .formatted(gap);
    check(sql, seed, log -> Oracle.sessions(log.events, gap));
  }

  @Property(tries = 100)
  void newestRowOfEachGroupIsItsTotal(@ForAll long seed) {
    MergedView view =
        BED.views.add(
            ++generation,
            "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY k HAVING SUM(v) > 0");
    Log log = new Log(view, new Random(seed));
    log.interleaved().forEach(BED::send);

    Map<String, List<Object>> standing = new TreeMap<>();
    for (Out out : BED.read(view)) {
      assertThat(out.isPunctuation()).isFalse();
      if (out.row() == null) {
        assertThat(standing.remove(out.key())).as("a row that is there").isNotNull();
      } else {
        standing.put(out.key(), out.row());
      }
    }
    Map<String, List<Object>> expected = Oracle.totals(log.events);
    expected.values().removeIf(row -> (long) row.get(2) <= 0);
    assertThat(standing).isEqualTo(expected);
    assertThat(BED.failed).isEmpty();
  }

  private interface Expected {
    /** Rows of every window, as start, end, key, count and sum. */
    List<List<Object>> rows(Log log);
  }

  private static void check(String sql, long seed, Expected oracle) {
    MergedView view = BED.views.add(++generation, sql);
    Log log = new Log(view, new Random(seed));
    List<List<Object>> rows = new ArrayList<>();
    long told = Long.MIN_VALUE;
    for (Partial partial : log.interleaved()) {
      BED.send(partial);
      List<Out> out = BED.read(view);
      for (Out record : out) {
        if (record.isPunctuation()) {
          assertThat(record.watermark()).isGreaterThan(told);
          told = record.watermark();
        } else {
          assertThat(record.time()).isGreaterThanOrEqualTo(told);
          assertThat(record.time()).isEqualTo((long) record.row().get(1) - 1);
          assertThat(record.key()).isEqualTo(record.row().get(2));
          rows.add(record.row());
        }
      }
      for (Out record : out) {
        assertThat(record.time()).as("no row before its time").isLessThanOrEqualTo(told);
      }
    }
    List<List<Object>> expected =
        oracle.rows(log).stream()
            .filter(row -> (long) row.get(1) <= log.watermark() && (long) row.get(3) != 2)
            .toList();

    assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(rows)
        .isSortedAccordingTo(Comparator.comparing((List<Object> row) -> (long) row.get(1)));
    assertThat(told).isEqualTo(log.watermark() < 0 ? Long.MIN_VALUE : log.watermark());
    assertThat(BED.failed).isEmpty();
  }

  @AfterContainer
  static void close() {
    BED.close();
  }
}
