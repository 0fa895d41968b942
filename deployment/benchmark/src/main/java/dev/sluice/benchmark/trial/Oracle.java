package dev.sluice.benchmark.trial;

import dev.sluice.benchmark.trial.SourceLog.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the views' rows must be, worked out from the events with nothing but maps. An event is late
 * for a window if its partition's watermark had reached the window's end before it, and for a
 * session if it is behind it.
 */
final class Oracle {
  /** Bits for a value beside its time. */
  private static final int VALUE_BITS = 10;

  private final Map<String, long[]> tumbling = new HashMap<>();
  private final Map<String, long[]> hopping = new HashMap<>();
  private final Map<String, long[]> totals = new HashMap<>();
  private final Map<String, Times> byDevice = new HashMap<>();
  private final List<String> chosen = new ArrayList<>();
  private long lateForAll;

  /** Times of a device's events with their values in the last bits. */
  private static final class Times {
    private long[] values = new long[64];
    private int count;

    void add(long time, long value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = time << VALUE_BITS | value;
    }

    long[] sorted() {
      long[] all = Arrays.copyOf(values, count);
      Arrays.sort(all);
      return all;
    }
  }

  void take(Event event) {
    boolean inTime = false;
    long tumble = Math.floorDiv(event.time(), KeptView.TUMBLING_MS) * KeptView.TUMBLING_MS;
    if (event.watermark() < tumble + KeptView.TUMBLING_MS) {
      add(tumbling, row(tumble, tumble + KeptView.TUMBLING_MS, event.device()), event.value());
      inTime = true;
    }
    long hop = Math.floorDiv(event.time(), KeptView.SLIDE_MS) * KeptView.SLIDE_MS;
    for (; hop + KeptView.HOPPING_MS > event.time(); hop -= KeptView.SLIDE_MS) {
      if (event.watermark() < hop + KeptView.HOPPING_MS) {
        add(hopping, row(hop, hop + KeptView.HOPPING_MS, event.site()), event.value());
      }
    }
    if (event.watermark() <= event.time()) {
      byDevice
          .computeIfAbsent(event.device(), device -> new Times())
          .add(event.time(), event.value());
    }
    add(totals, event.site(), event.value());
    if (event.value() >= KeptView.CHOSEN) {
      chosen.add(event.device() + " " + event.seq() + " " + event.value());
    }
    lateForAll += inTime ? 0 : 1;
  }

  /** Events that are in no tumbling window. */
  long late() {
    return lateForAll;
  }

  /** The rows of a view, sorted. */
  List<String> rows(KeptView view) {
    List<String> rows =
        switch (view.name()) {
          case "kept_tumbling" -> rows(tumbling);
          case "kept_hopping" -> rows(hopping);
          case "kept_sessions" -> sessions();
          case "kept_totals" -> rows(totals);
          case "kept_chosen" -> new ArrayList<>(chosen);
          default -> throw new IllegalArgumentException(view.name());
        };
    Collections.sort(rows);
    return rows;
  }

  private List<String> sessions() {
    Map<String, long[]> sessions = new HashMap<>();
    byDevice.forEach(
        (device, times) -> {
          long[] events = times.sorted();
          int first = 0;
          for (int i = 1; i <= events.length; i++) {
            if (i == events.length || time(events[i]) - time(events[i - 1]) >= KeptView.GAP_MS) {
              String key = row(time(events[first]), time(events[i - 1]) + KeptView.GAP_MS, device);
              for (int j = first; j < i; j++) {
                add(sessions, key, events[j] & (1 << VALUE_BITS) - 1);
              }
              first = i;
            }
          }
        });
    return rows(sessions);
  }

  private static long time(long packed) {
    return packed >> VALUE_BITS;
  }

  private static String row(long start, long end, String group) {
    return start + " " + end + " " + group;
  }

  private static void add(Map<String, long[]> groups, String group, long value) {
    long[] sums = groups.computeIfAbsent(group, g -> new long[] {0, 0, Long.MIN_VALUE});
    sums[0]++;
    sums[1] += value;
    sums[2] = Math.max(sums[2], value);
  }

  private static List<String> rows(Map<String, long[]> groups) {
    List<String> rows = new ArrayList<>(groups.size());
    groups.forEach((group, s) -> rows.add(group + " " + s[0] + " " + s[1] + " " + s[2]));
    return rows;
  }
}
