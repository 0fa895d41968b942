package dev.sluice.engine.query;

import dev.sluice.engine.aggregate.GroupTable;
import dev.sluice.engine.aggregate.Inputs;
import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Ranking;
import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.stream.FieldType;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The groups of one window, or of a running total, and which of them its readers have seen. */
final class WindowGroups {
  private final QueryPlan plan;
  private final Grouping grouping;
  private final long start;
  private final long end;
  private final GroupTable table;
  private final BitSet changed = new BitSet();
  private final BitSet shown = new BitSet();
  private SilentGroups.@Nullable Filled filled;

  /**
   * @param start of the window, ms of the epoch; {@link Long#MAX_VALUE} for a running total
   * @param end of the window, ms of the epoch
   */
  WindowGroups(QueryPlan plan, Grouping grouping, long start, long end) {
    this.plan = plan;
    this.grouping = grouping;
    this.start = start;
    this.end = end;
    this.table = new GroupTable(grouping);
  }

  /** Shows the one group of a running total without keys before any event is in it. */
  void addEmptyGroup() {
    table.addEmptyGroup();
    changed.set(0);
  }

  /** Of the window, ms of the epoch. */
  long start() {
    return start;
  }

  GroupTable table() {
    return table;
  }

  /** Has groups of its table filled in; nothing is added any more. */
  void fillWith(SilentGroups.Filled silent) {
    filled = silent;
  }

  int size() {
    return table.size();
  }

  long bytes() {
    return table.bytes();
  }

  /** Adds the first {@code count} of these rows. */
  void add(Inputs inputs, int[] rows, int count, boolean early) {
    int[] slots = table.add(inputs, rows, count);
    if (early) {
      for (int i = 0; i < count; i++) {
        changed.set(slots[i]);
      }
    }
  }

  /** Adds all groups of a part of the window. */
  void merge(GroupTable part, boolean early) {
    int[] slots = table.merge(part);
    if (early) {
      for (int i = 0; i < part.size(); i++) {
        changed.set(slots[i]);
      }
    }
  }

  boolean hasChanged() {
    return !changed.isEmpty();
  }

  /** Sends every group that HAVING lets through, or the first of them. */
  void sendAll(Kind kind, RowSink sink) {
    Ranking ranking = plan.ranking();
    int[] slots = table.ordered();
    if (ranking == null) {
      Rows let = let(groups(slots));
      send(kind, let, filledOf(slots, let), sink);
    } else {
      int[] first = first(ranking, slots);
      Rows all = groups(first);
      send(kind, all, filledOf(first, all), sink);
    }
  }

  private boolean @Nullable [] filledOf(int[] slots, Rows groups) {
    SilentGroups.Filled silent = filled;
    if (silent == null) {
      return null;
    }
    boolean[] marked = new boolean[groups.count()];
    for (int i = 0; i < marked.length; i++) {
      marked[i] = silent.isFilled(slots[groups.selected()[i]]);
    }
    return marked;
  }

  private Rows let(Rows groups) {
    return grouping.having() == null ? groups : Filters.where(grouping.having(), groups);
  }

  /** Those that the ranking puts first, in its order. */
  private int[] first(Ranking ranking, int[] slots) {
    return IntStream.of(Ranked.first(ranking, let(groups(slots)))).map(row -> slots[row]).toArray();
  }

  /**
   * Sends those of the first that have changed or were not shown, and takes back what is not among
   * the first any more.
   */
  private void sendRanked(Ranking ranking, RowSink sink) {
    int[] first = first(ranking, table.ordered());
    BitSet now = new BitSet();
    IntStream.of(first).forEach(now::set);
    int[] gone = shown.stream().filter(slot -> !now.get(slot)).toArray();
    int[] news =
        IntStream.of(first).filter(slot -> changed.get(slot) || !shown.get(slot)).toArray();
    changed.clear();
    shown.clear();
    shown.or(now);
    boolean[] takenBack = new boolean[gone.length + news.length];
    Arrays.fill(takenBack, 0, gone.length, true);
    int[] sent = IntStream.concat(IntStream.of(gone), IntStream.of(news)).toArray();
    send(Kind.UPDATE, groups(sent), takenBack, sink);
  }

  /** Sends the groups that have changed; those that HAVING lets through no more are taken back. */
  void sendChanged(RowSink sink) {
    Ranking ranking = plan.ranking();
    if (ranking != null) {
      sendRanked(ranking, sink);
      return;
    }
    int[] slots = table.ordered(changed.stream().toArray());
    changed.clear();
    Rows groups = groups(slots);
    Rows let = let(groups);
    boolean[] through = new boolean[slots.length];
    for (int i = 0; i < let.count(); i++) {
      through[let.selected()[i]] = true;
    }
    int[] rows = new int[slots.length];
    boolean[] takenBack = new boolean[slots.length];
    int count = 0;
    for (int i = 0; i < slots.length; i++) {
      if (through[i] || shown.get(slots[i])) {
        takenBack[count] = !through[i];
        rows[count++] = i;
        shown.set(slots[i], through[i]);
      }
    }
    send(Kind.UPDATE, groups.select(rows, count), takenBack, sink);
  }

  /**
   * @param marked early rows that are taken back, or final ones that were filled in; null: none
   */
  private void send(Kind kind, Rows groups, boolean @Nullable [] marked, RowSink sink) {
    if (groups.count() == 0) {
      return;
    }
    Column[] output = Columns.gather(GroupTable.evaluate(plan.output(), groups), groups);
    long[] marks = null;
    if (marked != null) {
      marks = Bitmap.none(groups.count());
      for (int i = 0; i < groups.count(); i++) {
        if (marked[i]) {
          Bitmap.set(marks, i);
        }
      }
    }
    Column[] keys = Columns.gather(Arrays.copyOf(groups.columns(), grouping.keys().size()), groups);
    sink.rows(kind, keys, output, groups.count(), start, marks);
  }

  /**
   * The columns that HAVING and the output see: keys, aggregates, and the window where there is
   * one.
   */
  private Rows groups(int[] slots) {
    Column[] results = table.results(slots);
    if (filled != null) {
      results = filled.in(results, slots);
    }
    if (grouping.window() != null) {
      int width = results.length;
      results = Arrays.copyOf(results, width + 2);
      results[width] = constant(start, slots.length);
      results[width + 1] = constant(end, slots.length);
    }
    return Rows.all(results, slots.length);
  }

  private static Column constant(long time, int rows) {
    long[] values = new long[rows];
    Arrays.fill(values, time);
    return new LongColumn(FieldType.TIMESTAMP, values, null);
  }
}
