package dev.sluice.engine.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.engine.aggregate.Log.Event;
import dev.sluice.engine.plan.Aggregate;
import dev.sluice.engine.plan.Aggregate.Function;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.stream.FieldType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/**
 * However events are split over tables, and however these are merged, written and read: the result
 * is that of one table of all events.
 */
class AccumulatorProperties {
  private static final Set<Function> OF_NUMBERS =
      EnumSet.of(
          Function.SUM,
          Function.AVG,
          Function.VAR_POP,
          Function.VAR_SAMP,
          Function.STDDEV_POP,
          Function.STDDEV_SAMP,
          Function.SUM_DISTINCT,
          Function.AVG_DISTINCT);

  @Property(tries = 400)
  void neitherSplitNorMergeNorBytesShowInAResult(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    FieldType type = FieldType.values()[random.nextInt(FieldType.values().length)];
    Grouping grouping = Log.by(aggregates(type));
    List<Event> events = Log.events(random, type, random.nextInt(120));
    TreeMap<String, List<@Nullable Object>> expected =
        Log.results(Log.table(grouping, type, events));

    List<List<Event>> parts = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(6); i++) {
      parts.add(new ArrayList<>());
    }
    events.forEach(event -> parts.get(random.nextInt(parts.size())).add(event));
    parts.forEach(part -> Collections.shuffle(part, random));
    List<GroupTable> tables = new ArrayList<>();
    parts.forEach(part -> tables.add(Log.table(grouping, type, part)));
    while (tables.size() > 1) {
      Collections.shuffle(tables, random);
      GroupTable into = tables.get(0);
      GroupTable from = tables.remove(tables.size() - 1);
      if (random.nextBoolean()) {
        into.merge(from);
      } else {
        for (int group = 0; group < from.size(); group++) {
          into.merge(from.key(group), from.state(group));
        }
      }
    }

    assertEqual(Log.results(tables.get(0)), expected);
  }

  @Property(tries = 100)
  void mergingLeavesTheOtherAsItWas(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    FieldType type = FieldType.values()[random.nextInt(FieldType.values().length)];
    Grouping grouping = Log.by(aggregates(type));
    GroupTable other = Log.table(grouping, type, Log.events(random, type, 40));
    TreeMap<String, List<@Nullable Object>> before = Log.results(other);
    GroupTable table = Log.table(grouping, type, Log.events(random, type, 40));
    table.merge(other);
    table.merge(Log.table(grouping, type, Log.events(random, type, 40)));

    assertEqual(Log.results(other), before);
  }

  @Property(tries = 200)
  void writtenStatesMergeAsTheirTablesDo(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    FieldType type = FieldType.values()[random.nextInt(FieldType.values().length)];
    Grouping grouping = Log.by(aggregates(type));
    List<Event> events = Log.events(random, type, random.nextInt(120));
    TreeMap<String, List<@Nullable Object>> expected =
        Log.results(Log.table(grouping, type, events));

    StateMerger merger = new StateMerger(grouping);
    Map<ByteBuffer, byte[]> merged = new HashMap<>();
    Collections.shuffle(events, random);
    for (int from = 0, to; from < events.size(); from = to) {
      to = Math.min(events.size(), from + 1 + random.nextInt(20));
      GroupTable part = Log.table(grouping, type, events.subList(from, to));
      for (int group = 0; group < part.size(); group++) {
        merged.merge(ByteBuffer.wrap(part.key(group)), part.state(group), merger::merge);
      }
    }
    GroupTable table = new GroupTable(grouping);
    merged.forEach((key, state) -> table.merge(key.array(), state));

    assertEqual(Log.results(table), expected);
  }

  /** All that take the type. */
  private static Aggregate[] aggregates(FieldType type) {
    List<Aggregate> aggregates = new ArrayList<>();
    for (Function function : Function.values()) {
      boolean number = type == FieldType.LONG || type == FieldType.DOUBLE;
      boolean takes =
          OF_NUMBERS.contains(function)
              ? number
              : switch (function) {
                case APPROX_PERCENTILE -> type == FieldType.DOUBLE;
                case LISTAGG -> type == FieldType.STRING;
                default -> true;
              };
      if (takes) {
        aggregates.add(Log.aggregate(function, type));
      }
    }
    return aggregates.toArray(Aggregate[]::new);
  }

  private static void assertEqual(
      TreeMap<String, List<@Nullable Object>> actual,
      TreeMap<String, List<@Nullable Object>> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (group, row) -> {
          for (int i = 0; i < row.size(); i++) {
            Object there = actual.getOrDefault(group, List.of()).get(i);
            if (row.get(i) instanceof Double a && there instanceof Double b) {
              assertThat(b).isCloseTo(a, within(1e-12 * Math.max(Math.abs(a), Math.abs(b))));
            } else {
              assertThat(there).as("%s, aggregate %s", group, i).isEqualTo(row.get(i));
            }
          }
        });
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }
}
