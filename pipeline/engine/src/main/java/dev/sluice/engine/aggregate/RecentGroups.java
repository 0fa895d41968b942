package dev.sluice.engine.aggregate;

import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.event.Column;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Groups that were seen of late: in which window last, and what their aggregates were in it. */
public final class RecentGroups {
  private static final int LEAST_GONE = 1_024;

  private final Grouping grouping;
  private final boolean values;
  private GroupTable groups;
  private KeyColumn[] last;
  private long[] seen = new long[0];

  /**
   * @param values whether aggregates are kept
   */
  public RecentGroups(Grouping grouping, boolean values) {
    this.grouping = grouping;
    this.values = values;
    this.groups = keysOnly(grouping);
    this.last = columns();
  }

  private static GroupTable keysOnly(Grouping grouping) {
    return new GroupTable(new Grouping(grouping.keys(), null, List.of(), null));
  }

  private KeyColumn[] columns() {
    return values
        ? grouping.aggregates().stream().map(a -> new KeyColumn(a.type())).toArray(KeyColumn[]::new)
        : new KeyColumn[0];
  }

  /** Number of groups held. */
  public int size() {
    return groups.size();
  }

  /** About how many bytes of heap they take; quick to tell. */
  public long bytes() {
    long bytes = groups.bytes() + 8L * seen.length;
    for (KeyColumn column : last) {
      bytes += column.bytes();
    }
    return bytes;
  }

  /**
   * Notes the groups of a window.
   *
   * @param results of the window's table: keys, then aggregates
   * @param window its start, ms of the epoch; later than those before
   */
  public void see(Column[] results, int count, long window) {
    int[] slots = put(results, count);
    for (int row = 0; row < count; row++) {
      seen[slots[row]] = window;
    }
  }

  private int[] put(Column[] results, int count) {
    int[] slots = groups.include(Arrays.copyOf(results, grouping.keys().size()), count);
    int known = seen.length;
    if (known < groups.size()) {
      int room = Math.max(groups.size(), 2 * known);
      seen = Arrays.copyOf(seen, room);
      for (KeyColumn column : last) {
        column.grow(room);
      }
    }
    for (int row = 0; row < count; row++) {
      for (int a = 0; a < last.length; a++) {
        last[a].set(slots[row], results[grouping.keys().size() + a], row);
      }
    }
    return slots;
  }

  /** The groups last seen in a window that starts then or later, ms of the epoch. */
  public int[] since(long window) {
    return IntStream.range(0, groups.size()).filter(group -> seen[group] >= window).toArray();
  }

  /** The keys of these groups, a column each. */
  public Column[] keys(int[] of) {
    return groups.keys(of);
  }

  /** One aggregate of these groups in the window in which they were seen last. */
  public Column last(int aggregate, int[] of) {
    return last[aggregate].results(of);
  }

  /** Forgets the groups that were not seen since, once they are most. */
  public void forgetBefore(long window) {
    int[] kept = since(window);
    if (groups.size() - kept.length < LEAST_GONE || 2 * kept.length > groups.size()) {
      return;
    }
    Column[] keys = groups.keys(kept);
    Column[] results = Arrays.copyOf(keys, keys.length + last.length);
    for (int a = 0; a < last.length; a++) {
      results[keys.length + a] = last[a].results(kept);
    }
    long[] times = IntStream.of(kept).mapToLong(group -> seen[group]).toArray();
    groups = keysOnly(grouping);
    last = columns();
    seen = new long[0];
    int[] slots = put(results, kept.length);
    for (int i = 0; i < kept.length; i++) {
      seen[slots[i]] = times[i];
    }
  }
}
