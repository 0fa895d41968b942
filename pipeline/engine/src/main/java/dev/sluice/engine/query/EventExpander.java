package dev.sluice.engine.query;

import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.expression.Split;
import dev.sluice.engine.plan.Expansion;
import dev.sluice.engine.plan.Hop;
import dev.sluice.engine.plan.PseudoColumn;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.event.EventBatch.LogColumns;
import dev.sluice.model.event.LongColumn;
import dev.sluice.model.event.StringColumn;
import dev.sluice.model.stream.FieldType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the rows together that an {@link Expansion} makes of events. */
final class EventExpander {
  private final List<Part> parts = new ArrayList<>();
  private final int[] rowOf;
  private final int[] branchOf;

  /** Index of each row in its branch's part. */
  private final int[] indexOf;

  /**
   * What a branch makes of the events.
   *
   * @param rowOf the event's row, of each of its own
   * @param texts of each of its rows; null: it splits nothing
   * @param starts of each of its rows' windows; null: it has none
   */
  @SuppressWarnings("ArrayRecordComponent") // the arrays are the point; they are never compared
  private record Part(
      int[] rowOf, @Nullable StringColumn texts, long @Nullable [] starts, int count) {
    static Part of(Expansion.Branch branch, Rows events, long[] times) {
      Rows own = branch.filter() == null ? events : Filters.where(branch.filter(), events);
      Hop windows = branch.windows();
      if (windows != null) {
        return of(windows, own, times);
      }
      Split split = branch.split();
      if (split == null) {
        return new Part(own.selected(), null, null, own.count());
      }
      Split.Parts found = split.of(own);
      return new Part(found.rowOf(), found.texts(), null, found.count());
    }

    /** Each event as often as there are windows that have its time. */
    private static Part of(Hop windows, Rows events, long[] times) {
      int[] rowOf = new int[Math.toIntExact(events.count() * windows.windowsPerEvent())];
      long[] starts = new long[rowOf.length];
      int count = 0;
      for (int i = 0; i < events.count(); i++) {
        int row = events.selected()[i];
        long first = windows.startAtOrBefore(times[row] - windows.size()) + windows.slide();
        for (long start = first; start <= times[row]; start += windows.slide()) {
          rowOf[count] = row;
          starts[count++] = start;
        }
      }
      return new Part(rowOf, null, starts, count);
    }
  }

  private EventExpander(Expansion expansion, EventBatch batch, Rows events) {
    long[] times = batch.log().eventTime();
    expansion.branches().forEach(branch -> parts.add(Part.of(branch, events, times)));
    int count = parts.stream().mapToInt(Part::count).sum();
    rowOf = new int[count];
    branchOf = new int[count];
    indexOf = new int[count];
    interleave(events);
  }

  private void interleave(Rows events) {
    int[] at = new int[parts.size()];
    int row = 0;
    for (int i = 0; i < events.count(); i++) {
      int event = events.selected()[i];
      for (int b = 0; b < at.length; b++) {
        Part part = parts.get(b);
        while (at[b] < part.count() && part.rowOf()[at[b]] == event) {
          rowOf[row] = event;
          branchOf[row] = b;
          indexOf[row++] = at[b]++;
        }
      }
    }
  }

  /**
   * The rows of some events of a batch, at least one, as a batch of their own. It may have more
   * than {@link EventBatch#MAX_ROWS}.
   *
   * @param width how many fields the stream has
   */
  static EventBatch expand(Expansion expansion, int width, EventBatch batch, Rows events) {
    return new EventExpander(expansion, batch, events).rows(width, batch, events);
  }

  private EventBatch rows(int width, EventBatch batch, Rows events) {
    int last = events.selected()[events.count() - 1];
    boolean isLast = last + 1 == batch.size();
    LogColumns log = batch.log();
    return new EventBatch(
        batch.partition(),
        batch.firstOffset(),
        isLast ? batch.nextOffset() : log.offset()[last + 1],
        rowOf.length,
        fields(width, events),
        new LogColumns(
            pick(log.offset()),
            pick(log.eventTime()),
            pick(log.ingested()),
            pick(log.watermark()),
            null,
            null),
        isLast ? batch.endWatermark() : log.watermark()[last + 1],
        batch.undecodable());
  }

  private Column[] fields(int width, Rows events) {
    boolean windowed = parts.stream().anyMatch(part -> part.starts() != null);
    int joined = PseudoColumn.end(width);
    int own = windowed ? width + 3 : width + 2;
    Column[] fields = new Column[Math.max(own, events.columns().length)];
    for (int f = 0; f < events.columns().length; f++) {
      Column column = events.columns()[f];
      if (column != null && (f < width || f >= joined)) {
        fields[f] = Columns.pick(column, rowOf, rowOf.length);
      }
    }
    fields[width] = texts();
    fields[width + 1] =
        new LongColumn(FieldType.LONG, Arrays.stream(branchOf).asLongStream().toArray(), null);
    if (windowed) {
      fields[width + 2] = starts();
    }
    return fields;
  }

  private LongColumn starts() {
    long[] starts = new long[rowOf.length];
    for (int row = 0; row < starts.length; row++) {
      long[] own = parts.get(branchOf[row]).starts();
      starts[row] = own == null ? 0 : own[indexOf[row]];
    }
    return new LongColumn(FieldType.TIMESTAMP, starts, null);
  }

  /** One dictionary after the other: a text may be in several. */
  private StringColumn texts() {
    int[] first = new int[parts.size()];
    List<byte[]> dictionary = new ArrayList<>();
    for (int b = 0; b < first.length; b++) {
      StringColumn texts = parts.get(b).texts();
      first[b] = dictionary.size();
      if (texts != null) {
        dictionary.addAll(Arrays.asList(texts.dictionary()).subList(0, texts.distinct()));
      }
    }
    int[] codes = new int[rowOf.length];
    long[] nulls = null;
    for (int row = 0; row < codes.length; row++) {
      StringColumn texts = parts.get(branchOf[row]).texts();
      if (texts == null) {
        nulls = nulls == null ? Bitmap.none(codes.length) : nulls;
        Bitmap.set(nulls, row);
      } else {
        codes[row] = first[branchOf[row]] + texts.codes()[indexOf[row]];
      }
    }
    return new StringColumn(codes, dictionary.toArray(byte[][]::new), dictionary.size(), nulls);
  }

  private long[] pick(long[] values) {
    return Arrays.stream(rowOf).mapToLong(row -> values[row]).toArray();
  }
}
