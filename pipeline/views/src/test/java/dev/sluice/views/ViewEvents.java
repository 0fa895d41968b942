package dev.sluice.views;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Events at random, a few of them late, and what views of them must have: computed plainly. */
final class ViewEvents {
  static final long LATENESS = 200;
  private static final long BEGIN = Instant.parse("2026-11-20T12:00:00Z").toEpochMilli();

  private final int partitions;
  private final Random random;
  private final long[] watermarks;
  private final List<Event> events = new ArrayList<>();
  private long clock = BEGIN;

  /**
   * @param watermark its partition's before it
   */
  record Event(int partition, String key, long value, long time, long watermark) {}

  ViewEvents(int partitions, Random random) {
    this.partitions = partitions;
    this.random = random;
    watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
  }

  /** The next of them, in the order in which they are appended. */
  List<Event> take(int count) {
    List<Event> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clock += random.nextInt(60);
      // One in ten is far behind.
      long time = clock - random.nextInt(random.nextInt(10) == 0 ? 3_000 : 150);
      int partition = random.nextInt(partitions);
      taken.add(
          new Event(
              partition,
              "k" + random.nextInt(5),
              random.nextInt(100),
              time,
              watermarks[partition]));
      watermarks[partition] = Math.max(watermarks[partition], time - LATENESS);
    }
    events.addAll(taken);
    return taken;
  }

  /** A time after which all windows are over. */
  long end() {
    return clock + 100_000;
  }

  /** A time after which all windows are over; what is taken next is of later ones. */
  long finish() {
    clock = end();
    Arrays.fill(watermarks, clock);
    return clock;
  }

  /** Rows of windows of a size, of which one begins every slide. */
  List<String> windows(long size, long slide) {
    Map<String, long[]> groups = new TreeMap<>();
    for (Event e : events) {
      long last = Math.floorDiv(e.time, slide) * slide;
      for (long start = last; start + size > e.time; start -= slide) {
        if (e.watermark < start + size) {
          add(groups, row(start, start + size, e.key), e);
        }
      }
    }
    return rows(groups);
  }

  List<String> sessions(long gap) {
    Map<String, long[]> groups = new TreeMap<>();
    List<Event> inTime =
        events.stream()
            .filter(e -> e.time >= e.watermark)
            .sorted(Comparator.comparing(Event::key).thenComparingLong(Event::time))
            .toList();
    int first = 0;
    for (int i = 1; i <= inTime.size(); i++) {
      Event before = inTime.get(i - 1);
      if (i == inTime.size()
          || !inTime.get(i).key.equals(before.key)
          || inTime.get(i).time - before.time >= gap) {
        for (Event e : inTime.subList(first, i)) {
          add(groups, row(inTime.get(first).time, before.time + gap, e.key), e);
        }
        first = i;
      }
    }
    return rows(groups);
  }

  Map<String, String> totals() {
    Map<String, long[]> groups = new TreeMap<>();
    events.forEach(e -> add(groups, e.key, e));
    Map<String, String> totals = new TreeMap<>();
    groups.forEach((key, sums) -> totals.put(key, key + " " + sums[0] + " " + sums[1]));
    return totals;
  }

  List<String> derived() {
    return events.stream().filter(e -> e.value > 50).map(e -> e.key + " " + e.value * 10).toList();
  }

  private static String row(long start, long end, String key) {
    return start + " " + end + " " + key;
  }

  private static void add(Map<String, long[]> groups, String group, Event event) {
    long[] sums = groups.computeIfAbsent(group, g -> new long[2]);
    sums[0]++;
    sums[1] += event.value;
  }

  private static List<String> rows(Map<String, long[]> groups) {
    List<String> rows = new ArrayList<>();
    groups.forEach((group, sums) -> rows.add(group + " " + sums[0] + " " + sums[1]));
    return rows;
  }
}
