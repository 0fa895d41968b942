package dev.sluice.views.merge;

import dev.sluice.views.merge.FirstStage.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the rows of {@code SELECT k, COUNT(*), SUM(v)} are, each window looked at by itself. */
final class Oracle {
  private Oracle() {}

  /** Every window's groups: start, end, key, count and sum. */
  static List<List<Object>> windows(List<Event> all, long size, long slide) {
    Map<Long, List<Event>> windows = new TreeMap<>();
    for (Event e : all) {
      for (long start = Math.floorDiv(e.time(), slide) * slide;
          start + size > e.time();
          start -= slide) {
        if (e.watermark() < start + size) {
          windows.computeIfAbsent(start, s -> new ArrayList<>()).add(e);
        }
      }
    }
    List<List<Object>> rows = new ArrayList<>();
    windows.forEach(
        (start, events) ->
            byKey(events).forEach((key, own) -> rows.add(row(start, start + size, own))));
    return rows;
  }

  /** Every session: start, end, key, count and sum. */
  static List<List<Object>> sessions(List<Event> all, long gap) {
    List<List<Object>> rows = new ArrayList<>();
    byKey(all.stream().filter(e -> e.time() >= e.watermark()).toList())
        .forEach(
            (key, events) -> {
              List<Event> open = new ArrayList<>();
              for (Event e : events) {
                if (!open.isEmpty() && e.time() - last(open) >= gap) {
                  rows.add(row(open.get(0).time(), last(open) + gap, open));
                  open.clear();
                }
                open.add(e);
              }
              rows.add(row(open.get(0).time(), last(open) + gap, open));
            });
    return rows;
  }

  private static long last(List<Event> events) {
    return events.get(events.size() - 1).time();
  }

  /** Each in the order of time. */
  private static Map<String, List<Event>> byKey(List<Event> events) {
    Map<String, List<Event>> byKey = new TreeMap<>();
    events.stream()
        .sorted(Comparator.comparingLong(Event::time))
        .forEach(e -> byKey.computeIfAbsent(e.key(), k -> new ArrayList<>()).add(e));
    return byKey;
  }

  private static List<Object> row(long start, long end, List<Event> events) {
    return List.of(start, end, events.get(0).key(), (long) events.size(), sum(events));
  }

  private static long sum(List<Event> events) {
    return events.stream().mapToLong(Event::value).sum();
  }

  /** The newest row of every group: key, count and sum. */
  static Map<String, List<Object>> totals(List<Event> all) {
    Map<String, List<Object>> totals = new TreeMap<>();
    byKey(all).forEach((key, own) -> totals.put(key, List.of(key, (long) own.size(), sum(own))));
    return totals;
  }
}
