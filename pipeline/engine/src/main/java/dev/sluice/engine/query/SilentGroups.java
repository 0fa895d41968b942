package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.aggregate.RecentGroups;
import dev.sluice.engine.plan.Fill;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.DoubleColumn;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The groups that are expected in a window because they were seen of late. */
final class SilentGroups {
  private final Grouping grouping;
  private final Fill fill;
  private final long slide;
  private final RecentGroups recent;
  private long lastSeen = Long.MIN_VALUE;

  /**
   * @param slide ms from one window's beginning to the next
   */
  SilentGroups(Grouping grouping, Fill fill, long slide) {
    this.grouping = grouping;
    this.fill = fill;
    this.slide = slide;
    this.recent = new RecentGroups(grouping, fill.mode() == Fill.Mode.PREVIOUS);
  }

  /** Whether a window that starts then, ms of the epoch, has a group for certain. */
  boolean areExpectedAt(long start) {
    return lastSeen != Long.MIN_VALUE && start - lastSeen <= fill.windows() * slide;
  }

  /**
   * Notes the groups that a window has; the windows come in their order.
   *
   * @param fills whether those that it should have, and has not, are added to it
   */
  void meet(WindowGroups window, boolean fills) {
    long start = window.start();
    GroupTable table = window.table();
    int present = table.size();
    if (present > 0) {
      int[] slots = IntStream.range(0, present).toArray();
      boolean values = fill.mode() == Fill.Mode.PREVIOUS;
      recent.see(values ? table.results(slots) : table.keys(slots), present, start);
      lastSeen = start;
    }
    long oldest = start - fill.windows() * slide;
    if (fills) {
      window.fillWith(new Filled(present, missing(table, recent.since(oldest))));
    }
    recent.forgetBefore(oldest + slide);
  }

  /** Adds groups to a table that has all that had events. Returns those that it had not. */
  private int[] missing(GroupTable table, int[] expected) {
    int present = table.size();
    int[] slots = table.include(recent.keys(expected), expected.length);
    int[] missing = new int[table.size() - present];
    for (int i = 0; i < expected.length; i++) {
      if (slots[i] >= present) {
        missing[slots[i] - present] = expected[i];
      }
    }
    return missing;
  }

  int size() {
    return recent.size();
  }

  long bytes() {
    return recent.bytes();
  }

  /** The groups of one window that had no event in it. */
  final class Filled {
    private final int present;
    private final int[] missing;

    /**
     * @param present slots before this one are of groups that had events
     * @param missing the recent group of each slot from there on
     */
    Filled(int present, int[] missing) {
      this.present = present;
      this.missing = missing;
    }

    boolean isFilled(int slot) {
      return slot >= present;
    }

    /** The results of these slots with what is filled in. */
    Column[] in(Column[] results, int[] slots) {
      if (missing.length == 0) {
        return results;
      }
      int keys = grouping.keys().size();
      Column[] filled = results.clone();
      for (int a = 0; a < grouping.aggregates().size(); a++) {
        filled[keys + a] = fill(a, results[keys + a], slots);
      }
      return filled;
    }

    private Column fill(int aggregate, Column of, int[] slots) {
      boolean[] replaced = new boolean[slots.length];
      int[] groups = new int[slots.length];
      for (int i = 0; i < slots.length; i++) {
        replaced[i] = isFilled(slots[i]);
        groups[i] = replaced[i] ? missing[slots[i] - present] : 0;
      }
      Column by =
          switch (fill.mode()) {
            case NULL -> null;
            case ZERO -> zeros(of.type(), slots.length);
            case PREVIOUS -> recent.last(aggregate, groups);
          };
      return Columns.replaced(of, replaced, by);
    }

    private static @Nullable Column zeros(FieldType type, int count) {
      return switch (type) {
        case LONG -> new LongColumn(type, new long[count], null);
        case DOUBLE -> new DoubleColumn(new double[count], null);
        case STRING, BOOLEAN, TIMESTAMP -> null;
      };
    }
  }
}
