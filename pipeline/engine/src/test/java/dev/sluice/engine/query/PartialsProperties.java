package dev.sluice.engine.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.RandomLogs.Entry;
import dev.sluice.engine.query.RandomLogs.Placed;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What is drained, whenever that is, is each event's part once, where a live query has it. */
class PartialsProperties {
  private static final String SELECT = "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY ";
  private static final Map<String, QueryPlan> PLANS = new HashMap<>();

  @Provide
  Arbitrary<List<Entry>> logs() {
    return RandomLogs.of(2, 12);
  }

  @Provide
  Arbitrary<int[]> hops() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 12), Arbitraries.integers().between(0, 25))
        .as((slide, more) -> new int[] {slide + more, slide});
  }

  @Property(tries = 200)
  void aHoppingWindowIsThePanesThatCountInIt(
      @ForAll("logs") List<Entry> entries, @ForAll("hops") int[] hops, @ForAll Random random) {
    long size = hops[0];
    long slide = hops[1];
    String window =
        "HOP(ts, INTERVAL '0.%03d' SECOND, INTERVAL '0.%03d' SECOND), k".formatted(slide, size);
    Map<Long, Map<String, Sums>> expected = new TreeMap<>();
    long counted = 0;
    for (Placed placed : RandomLogs.placed(entries, 2)) {
      if (placed.entry().isEvent()) {
        List<Long> starts = RandomLogs.windows(placed, size, slide, 0);
        starts.forEach(start -> sums(expected, start, placed.entry().key()).add(placed.entry()));
        counted += starts.isEmpty() ? 0 : 1;
      }
    }

    Drained drained = drain(entries, SELECT + window, random);

    assertThat(drained.counted()).isEqualTo(counted);
    expected.forEach(
        (start, groups) -> {
          Map<String, Sums> merged = new TreeMap<>();
          for (Part part : drained.parts) {
            if (part.start >= start && part.start < start + size && part.end <= start + size) {
              merged.computeIfAbsent(part.key, k -> new Sums()).add(part.sums);
            }
          }
          assertThat(merged).isEqualTo(groups);
        });
  }

  @Property(tries = 200)
  void aTumblingWindowIsItsParts(
      @ForAll("logs") List<Entry> entries,
      @ForAll @IntRange(min = 1, max = 30) int size,
      @ForAll Random random) {
    Map<Long, Map<String, Sums>> expected = new TreeMap<>();
    for (Placed placed : RandomLogs.placed(entries, 2)) {
      long start = Math.floorDiv(placed.entry().time(), (long) size) * size;
      if (placed.entry().isEvent() && placed.watermark() < start + size) {
        sums(expected, start, placed.entry().key()).add(placed.entry());
      }
    }

    Drained drained =
        drain(entries, SELECT + "TUMBLE(ts, INTERVAL '0.%03d' SECOND), k".formatted(size), random);

    Map<Long, Map<String, Sums>> merged = new TreeMap<>();
    for (Part part : drained.parts) {
      assertThat(part.end).isEqualTo(part.start + size);
      sums(merged, part.start, part.key).add(part.sums);
    }
    assertThat(merged).isEqualTo(expected);
  }

  @Property(tries = 200)
  void sessionsAreTheirPartsThatTouch(
      @ForAll("logs") List<Entry> entries,
      @ForAll @IntRange(min = 1, max = 20) int gap,
      @ForAll Random random) {
    List<Part> events = new ArrayList<>();
    for (Placed placed : RandomLogs.placed(entries, 2)) {
      Entry e = placed.entry();
      if (e.isEvent() && e.time() >= placed.watermark()) {
        Sums sums = new Sums();
        sums.add(e);
        events.add(new Part(e.key(), e.time(), e.time(), sums));
      }
    }

    Drained drained =
        drain(entries, SELECT + "SESSION(ts, INTERVAL '0.%03d' SECOND), k".formatted(gap), random);

    assertThat(sessions(drained.parts, gap)).isEqualTo(sessions(events, gap));
  }

  @Property(tries = 100)
  void aRunningTotalIsItsParts(@ForAll("logs") List<Entry> entries, @ForAll Random random) {
    Map<String, Sums> expected = new TreeMap<>();
    for (Entry e : entries) {
      if (e.isEvent()) {
        expected.computeIfAbsent(e.key(), k -> new Sums()).add(e);
      }
    }

    Drained drained = drain(entries, SELECT + "k", random);

    Map<String, Sums> merged = new TreeMap<>();
    for (Part part : drained.parts) {
      assertThat(part.start).isEqualTo(Long.MAX_VALUE);
      assertThat(part.end).isEqualTo(Long.MAX_VALUE);
      merged.computeIfAbsent(part.key, k -> new Sums()).add(part.sums);
    }
    assertThat(merged).isEqualTo(expected);
  }

  @Property(tries = 100)
  void aPlanThatGroupsNothingHasARowForEachEvent(
      @ForAll("logs") List<Entry> entries, @ForAll Random random) {
    Drained drained = drain(entries, "SELECT k, v + 1 AS w FROM log WHERE v > 0", random);

    List<String> expected = new ArrayList<>();
    for (int p = 0; p < 2; p++) {
      for (Entry e : entries) {
        if (e.isEvent() && e.value() > 0 && e.partition() == p) {
          expected.add(e.key() + " " + (e.value() + 1) + " at " + e.time());
        }
      }
    }
    assertThat(drained.rows).isEqualTo(expected);
    assertThat(drained.counted()).isEqualTo(expected.size());
  }

  /** Reads a log, drains now and then, and now and then forgets all and goes on from a position. */
  private static Drained drain(List<Entry> entries, String sql, Random random) {
    MemoryLog log = RandomLogs.log(entries, 2);
    QueryPlan plan = PLANS.computeIfAbsent(sql, text -> new SqlPlanner(log).plan(text).plan());
    Drained drained = new Drained(plan);
    Partials partials = new Partials(plan);
    partials.begin(Map.of(0, GroupPosition.of(0, null), 1, GroupPosition.of(0, null)));
    List<EventBatch> batches = log.readAll();
    int committed = 0;
    int read = 0;
    Map<Integer, GroupPosition> positions = partials.positions();
    Uncommitted rows = new Uncommitted();
    while (committed < batches.size()) {
      if (read < batches.size() && random.nextInt(3) > 0) {
        partials.add(batches.get(read++), rows);
      } else if (random.nextBoolean()) {
        partials.drain(drained);
        rows.commitTo(drained);
        positions = partials.positions();
        committed = read;
      } else {
        // As read from what was committed, by whoever comes next.
        Map<Integer, GroupPosition> from = new HashMap<>();
        positions.forEach((p, at) -> from.put(p, GroupPosition.of(at.offset(), at.metadata())));
        partials = new Partials(plan);
        partials.begin(from);
        rows = new Uncommitted();
        read = committed;
      }
    }
    drained.positions = positions;
    assertThat(positions.values().stream().mapToLong(at -> at.fates().read()).sum())
        .isEqualTo(entries.stream().filter(Entry::isEvent).count());
    return drained;
  }

  private static Sums sums(Map<Long, Map<String, Sums>> windows, long start, String key) {
    return windows
        .computeIfAbsent(start, s -> new TreeMap<>())
        .computeIfAbsent(key, k -> new Sums());
  }

  /** Parts that are less than the gap apart, put together until none is. */
  private static List<String> sessions(List<Part> parts, long gap) {
    List<Part> left = new ArrayList<>(parts);
    left.sort((a, b) -> Long.compare(a.start, b.start));
    List<String> sessions = new ArrayList<>();
    for (String key : List.of("a", "b")) {
      Part open = null;
      for (Part part : left) {
        if (!part.key.equals(key)) {
          continue;
        }
        if (open == null || part.start - open.end >= gap) {
          sessions.add(Objects.toString(open));
          open = new Part(key, part.start, part.end, new Sums());
        }
        open.sums.add(part.sums);
        open = new Part(key, open.start, Math.max(open.end, part.end), open.sums);
      }
      sessions.add(Objects.toString(open));
    }
    return sessions;
  }

  private static final class Sums {
    private long n;
    private long s;

    void add(Entry event) {
      n++;
      s += event.value();
    }

    void add(Sums other) {
      n += other.n;
      s += other.s;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Sums sums && sums.n == n && sums.s == s;
    }

    @Override
    public int hashCode() {
      return Objects.hash(n, s);
    }

    @Override
    public String toString() {
      return n + " events of " + s;
    }
  }

  private record Part(String key, long start, long end, Sums sums) {}

  /** Rows of events that nobody has been given yet. */
  private static class Uncommitted implements Partials.Sink {
    final List<String> rows = new ArrayList<>();

    @Override
    public void group(byte[] key, long start, long end, byte[] state) {
      throw new AssertionError("nothing was drained");
    }

    @Override
    public void events(Column[] columns, EventBatch batch, Rows events) {
      for (int i = 0; i < events.count(); i++) {
        rows.add(
            new String(((StringColumn) columns[0]).value(i), StandardCharsets.UTF_8)
                + " "
                + ((LongColumn) columns[1]).values()[i]
                + " at "
                + batch.log().eventTime()[events.selected()[i]]);
      }
    }

    void commitTo(Drained drained) {
      drained.rows.addAll(rows);
      rows.clear();
    }
  }

  /** What was drained, read by a table of groups. */
  private static final class Drained extends Uncommitted {
    private final QueryPlan plan;
    private final List<Part> parts = new ArrayList<>();
    private Map<Integer, GroupPosition> positions = Map.of();

    Drained(QueryPlan plan) {
      this.plan = plan;
    }

    long counted() {
      return positions.values().stream().mapToLong(at -> at.fates().counted()).sum();
    }

    @Override
    public void group(byte[] key, long start, long end, byte[] state) {
      GroupTable table = new GroupTable(Objects.requireNonNull(plan.grouping()));
      Column[] results = table.results(new int[] {table.merge(key, state)});
      Sums sums = new Sums();
      sums.n = ((LongColumn) results[1]).values()[0];
      sums.s = ((LongColumn) results[2]).values()[0];
      String k = new String(((StringColumn) results[0]).value(0), StandardCharsets.UTF_8);
      parts.add(new Part(k, start, end, sums));
    }
  }
}
