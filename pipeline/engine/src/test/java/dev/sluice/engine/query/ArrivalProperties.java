package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.query.QueryBed.Answer;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What comes late, twice or out of order: what it does to rows, and what is told of it. */
class ArrivalProperties {
  private static final long SIZE = 15;
  private static final long DEDUPE = 8;
  private static final String TUMBLE = "TUMBLE(ts, INTERVAL '0.015' SECOND)";
  private static final String AGGREGATES =
      "SELECT k, COUNT(*) AS n, SUM(v) AS s, MIN(v) AS mi, COUNT(DISTINCT v) AS d FROM log GROUP BY ";

  /** An event, which of the partitions it is in, and how long it is on its way. */
  private record Sent(String key, long time, long value, int partition, long delay) {
    Entry entry(int in) {
      return new Entry(in, key, time, value);
    }
  }

  @Provide
  Arbitrary<List<Sent>> sent() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c"),
            Arbitraries.longs().between(0, 100),
            Arbitraries.longs().between(-9, 9),
            Arbitraries.integers().between(0, 2),
            Arbitraries.longs().between(0, RandomLogs.LATENESS))
        .as(Sent::new)
        .list()
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<String> windows() {
    return Arbitraries.of(
        TUMBLE + ", k",
        "HOP(ts, INTERVAL '0.004' SECOND, INTERVAL '0.015' SECOND), k",
        "SESSION(ts, INTERVAL '0.006' SECOND), k",
        "k");
  }

  @Property(tries = 200)
  void anyOrderWithinTheLatenessHasTheSameRows(
      @ForAll("sent") List<Sent> sent, @ForAll("windows") String window) {
    List<Entry> inOrder =
        sent.stream().sorted(Comparator.comparing(Sent::time)).map(s -> s.entry(0)).toList();
    List<Entry> asTheyCome =
        sent.stream()
            .sorted(Comparator.comparing(s -> s.time + s.delay))
            .map(s -> s.entry(s.partition))
            .toList();

    Answer expected = answer(RandomLogs.log(inOrder, 1), AGGREGATES + window);
    Answer answer = answer(RandomLogs.log(ended(asTheyCome), 3), AGGREGATES + window);

    assertThat(answer.accounted("late")).isZero();
    assertThat(answer.accounted("counted")).isEqualTo(sent.size());
    List<String> rows = new ArrayList<>(expected.rows);
    rows.addAll(expected.updates);
    assertThat(answer.rows).isEqualTo(rows);
    assertThat(answer.updates).isEmpty();
  }

  @Property(tries = 200)
  void whatComesTwiceDoesNotShowInTheRows(
      @ForAll("sent") List<Sent> sent,
      @ForAll("windows") String window,
      @ForAll @IntRange(max = (int) DEDUPE) int pause) {
    List<Entry> once = new ArrayList<>();
    List<Entry> twice = new ArrayList<>();
    Set<List<Object>> ids = new HashSet<>();
    for (Sent s : sent.stream().sorted(Comparator.comparing(Sent::time)).toList()) {
      if (ids.add(List.of(s.key, s.time, s.value))) {
        once.add(s.entry(0));
        twice.add(s.entry(0));
      }
      // Again, of an event so little ago that the watermark cannot be past its span.
      once.stream()
          .filter(e -> s.time - e.time() <= pause && (e.value() & 1) == 0)
          .findFirst()
          .ifPresent(twice::add);
    }

    Answer expected = answer(identified(once, 1), AGGREGATES + window);
    Answer answer = answer(identified(twice, 1), AGGREGATES + window);

    assertThat(answer.rows).isEqualTo(expected.rows);
    assertThat(answer.updates).isEqualTo(expected.updates);
    assertThat(answer.accounted("duplicate")).isEqualTo(twice.size() - once.size());
    assertThat(answer.accounted("counted")).isEqualTo(expected.accounted("counted"));
  }

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 30);
  }

  /** Each record is accounted for once, and by the first that applies. */
  @Property(tries = 200)
  void everyRecordIsAccountedForOnce(
      @ForAll("logs") List<Entry> entries, @ForAll @IntRange(max = 5) int junk) {
    MemoryLog log = identified(entries, 2);
    for (int i = 0; i < junk; i++) {
      log.append(new LogRecord("stream.log", i % 2, 0, null, new byte[] {7}, Map.of()));
    }
    Map<String, Long> fates = fates(entries);

    Answer answer = answer(log, "SELECT COUNT(*) AS n FROM log WHERE v <> 3 GROUP BY " + TUMBLE);

    long read = junk;
    for (Map.Entry<String, Long> fate : fates.entrySet()) {
      assertThat(answer.accounted(fate.getKey())).as(fate.getKey()).isEqualTo(fate.getValue());
      read += fate.getValue();
    }
    assertThat(answer.accounted("undecodable")).isEqualTo(junk);
    assertThat(answer.accounted("outside")).isZero();
    assertThat(answer.accounted("read")).isEqualTo(read);
  }

  private static Map<String, Long> fates(List<Entry> entries) {
    long duplicate = 0;
    long filtered = 0;
    long late = 0;
    long counted = 0;
    Set<Entry> before = new HashSet<>();
    for (Placed placed : RandomLogs.placed(entries, 2)) {
      Entry e = placed.entry();
      if (!e.isEvent()) {
        continue;
      }
      if (!before.add(e) && placed.watermark() <= e.time() + DEDUPE) {
        duplicate++;
      } else if (e.value() == 3) {
        filtered++;
      } else if (placed.watermark() >= e.time() / SIZE * SIZE + SIZE) {
        late++;
      } else {
        counted++;
      }
    }
    return Map.of("duplicate", duplicate, "filtered", filtered, "late", late, "counted", counted);
  }

  private static MemoryLog identified(List<Entry> entries, int partitions) {
    return RandomLogs.log(entries, partitions, new Identity("k", "v", Duration.ofMillis(DEDUPE)));
  }

  /** With a watermark past everything in each partition. */
  private static List<Entry> ended(List<Entry> entries) {
    List<Entry> ended = new ArrayList<>(entries);
    for (int p = 0; p < 3; p++) {
      ended.add(RandomLogs.punctuation(p, 1_000));
    }
    return ended;
  }

  private static Answer answer(MemoryLog log, String sql) {
    List<EventBatch> batches = log.readAll();
    return log.query(sql, false).run(Long.MIN_VALUE, batches);
  }
}
