package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.model.event.Bitmap;
import dev.sluice.model.event.Column;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One running plan: takes a stream's batches in the order of each partition's offsets. What comes
 * of them waits until it is delivered to the subscribers: at the tail at once, in the past when one
 * of them has room. Who feeds it, and from where, is {@link Feed}'s business. Only {@link
 * #subscribers} is touched by more than the feeding thread.
 */
final class Computation {
  private static final long WATERMARK_EVERY_MS = 1_000;
  private static final long HEARTBEAT_MS = 15_000;

  private final QueryPlan plan;
  private final CatalogStream stream;
  private final Operator operator;
  private final long earlyEveryMs;
  private final QuerySettings.State bounds;
  private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
  private final Accounting accounting = new Accounting();

  /**
   * What is to be offered to each subscriber. Bounded by what comes of one poll, and by the groups
   * of the windows that it closes, which were held anyway.
   */
  private final Deque<Consumer<Subscriber>> undelivered = new ArrayDeque<>();

  private final long[] positions;
  private final long[] watermarks;
  private final long[] ends;
  private final boolean[] ended;
  private long from = Long.MIN_VALUE;
  private final long to;
  private long watermark = Long.MIN_VALUE;
  private boolean finished;

  private long toldAt;
  private long toldRead = -1;
  private long toldWatermark = Long.MIN_VALUE;
  private long earlyAt;
  private volatile boolean earlyWaits;
  private volatile long heartbeatDue;

  /**
   * @param to event time before which its events are, ms of the epoch; {@link Long#MAX_VALUE} if it
   *     runs on
   * @param earlyEveryMs least time between two early rows of a group
   */
  Computation(
      QueryPlan plan,
      CatalogStream stream,
      Operator operator,
      long to,
      long earlyEveryMs,
      QuerySettings.State bounds) {
    this.plan = plan;
    this.stream = stream;
    this.operator = operator;
    this.earlyEveryMs = earlyEveryMs;
    this.bounds = bounds;
    this.to = to;
    int partitions = stream.definition().storage().partitions();
    positions = new long[partitions];
    watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    ends = new long[partitions];
    Arrays.fill(ends, Long.MAX_VALUE);
    ended = new boolean[partitions];
  }

  CatalogStream stream() {
    return stream;
  }

  QueryPlan plan() {
    return plan;
  }

  List<Subscriber> subscribers() {
    return subscribers;
  }

  /**
   * Begins to read here.
   *
   * @param fromTime first event time of its own, ms of the epoch
   * @param offsets first offset of each partition
   * @param startWatermarks the watermarks there; {@link Long#MIN_VALUE} where it does not matter
   *     yet
   * @param endOffsets where each partition ends, {@link Long#MAX_VALUE} if nowhere
   */
  void start(long fromTime, long[] offsets, long[] startWatermarks, long[] endOffsets) {
    from = fromTime;
    operator.begin(fromTime);
    System.arraycopy(offsets, 0, positions, 0, positions.length);
    System.arraycopy(startWatermarks, 0, watermarks, 0, watermarks.length);
    System.arraycopy(endOffsets, 0, ends, 0, ends.length);
    for (int p = 0; p < positions.length; p++) {
      ended[p] = positions[p] >= ends[p];
    }
    finishIfEnded();
  }

  /** Offset of the next record of each partition. */
  long[] positions() {
    return positions;
  }

  /** The watermark of each partition at its position, ms of the epoch. */
  long[] watermarks() {
    return watermarks;
  }

  /** Offset before which a partition ends; {@link Long#MAX_VALUE} if it goes on. */
  long end(int partition) {
    return ends[partition];
  }

  boolean ended(int partition) {
    return ended[partition];
  }

  boolean finished() {
    return finished;
  }

  /** Whether a batch begins after the position: something in between was missed. */
  boolean misses(EventBatch batch) {
    return batch.firstOffset() > positions[batch.partition()] && !ended[batch.partition()];
  }

  /** Takes what is new in a batch. */
  void add(EventBatch batch) {
    int p = batch.partition();
    if (ended[p] || batch.nextOffset() <= positions[p]) {
      return;
    }
    int first = firstNewRow(batch);
    int end = endRow(batch, first);
    boolean cut = end < batch.size() || batch.nextOffset() > ends[p];
    long next = Math.min(batch.nextOffset(), ends[p]);
    countUndecodable(batch, next);
    if (first < end) {
      addRows(batch, first, end);
    }
    long reached = cut && end < batch.size() ? batch.log().watermark()[end] : batch.endWatermark();
    watermarks[p] = Math.max(watermarks[p], reached);
    positions[p] = next;
    ended[p] = next >= ends[p] || watermarks[p] >= to;
    advance();
    finishIfEnded();
  }

  private void countUndecodable(EventBatch batch, long next) {
    long position = positions[batch.partition()];
    long[] offsets = batch.undecodable().offset();
    long[] before = batch.undecodable().watermark();
    for (int i = 0; i < offsets.length; i++) {
      accounting.undecodable +=
          offsets[i] >= position && offsets[i] < next && before[i] < to ? 1 : 0;
    }
  }

  private int firstNewRow(EventBatch batch) {
    if (batch.firstOffset() >= positions[batch.partition()]) {
      return 0;
    }
    int found =
        Arrays.binarySearch(batch.log().offset(), 0, batch.size(), positions[batch.partition()]);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * The first row at or after the partition's end: its end offset, or the first record whose
   * watermark has passed {@code to}.
   */
  private int endRow(EventBatch batch, int first) {
    long[] offsets = batch.log().offset();
    long[] before = batch.log().watermark();
    int last = batch.size();
    if (last == 0 || (offsets[last - 1] < ends[batch.partition()] && before[last - 1] < to)) {
      return last;
    }
    int row = first;
    while (row < last && offsets[row] < ends[batch.partition()] && before[row] < to) {
      row++;
    }
    return row;
  }

  private void addRows(EventBatch batch, int first, int end) {
    long[] times = batch.log().eventTime();
    long[] duplicates = batch.log().duplicates();
    int[] selected = new int[end - first];
    int count = 0;
    int outside = 0;
    for (int row = first; row < end; row++) {
      if (times[row] < from || times[row] >= to) {
        outside++;
      } else if (!Bitmap.get(duplicates, row)) {
        selected[count++] = row;
      }
    }
    accounting.outside += outside;
    accounting.duplicate += end - first - outside - count;
    Rows own = new Rows(batch.fields(), batch.size(), selected, count);
    Rows let = plan.filter() == null || count == 0 ? own : Filters.where(plan.filter(), own);
    accounting.filtered += count - let.count();
    if (let.count() > 0) {
      operator.add(batch, let, accounting, this::send);
      requireWithinBounds();
    }
  }

  private void requireWithinBounds() {
    if (operator.groups() > bounds.maxGroups()) {
      throw tooMuch(
          bounds.maxGroups() + " groups: group by fewer values, use shorter windows",
          "sluice.query.max-groups");
    }
    if (operator.bytes() > bounds.maxBytes()) {
      throw tooMuch(
          bounds.maxBytes()
              + " bytes: group by fewer values, use shorter windows, or APPROX_COUNT_DISTINCT"
              + " instead of COUNT(DISTINCT …)",
          "sluice.query.max-state");
    }
  }

  private static ProblemException tooMuch(String what, String setting) {
    return Problem.of(
            ProblemCode.QUERY_STATE_LIMIT,
            "the query holds more than " + what + ", or raise " + setting)
        .toException();
  }

  private void advance() {
    long least = Long.MAX_VALUE;
    for (long partition : watermarks) {
      least = Math.min(least, partition);
    }
    least = Math.min(least, to);
    if (least > watermark) {
      watermark = least;
      operator.advance(least, this::send);
    }
  }

  private void finishIfEnded() {
    if (finished) {
      return;
    }
    for (boolean end : ended) {
      if (!end) {
        return;
      }
    }
    finished = true;
    advance();
    operator.finish(this::send);
  }

  /** The notice that ends a finished computation's subscriptions. */
  Notice ending() {
    return end("to");
  }

  private Notice end(String reason) {
    Map<Integer, Long> read = new TreeMap<>();
    for (int p = 0; p < positions.length; p++) {
      read.put(p, positions[p]);
    }
    return Notice.end(reason, watermark, read, accounting);
  }

  private void send(
      Kind kind, Column[] columns, int rows, long windowStart, long @Nullable [] deleted) {
    if (rows <= RowChunk.MAX_ROWS) {
      send(new RowChunk(kind, columns, rows, windowStart, deleted));
      return;
    }
    for (int start = 0; start < rows; start += RowChunk.MAX_ROWS) {
      int count = Math.min(RowChunk.MAX_ROWS, rows - start);
      long[] part =
          deleted == null
              ? null
              : Arrays.copyOfRange(deleted, start >> 6, (start + count + 63) >> 6);
      send(new RowChunk(kind, Columns.slice(columns, start, count), count, windowStart, part));
    }
  }

  private void send(RowChunk chunk) {
    undelivered.add(
        subscriber -> {
          if (subscriber.offer(chunk)) {
            subscriber.end(end("limit"));
          }
        });
  }

  /** Whether everything that has come of the batches was delivered. */
  boolean delivered() {
    return undelivered.isEmpty();
  }

  /** Whether a subscriber has room. */
  boolean hasRoom() {
    return subscribers.stream().anyMatch(Subscriber::hasRoom);
  }

  /** Delivers what waits for as long as a subscriber has room; returns whether one still has. */
  boolean deliverWhileRoom() {
    while (hasRoom()) {
      if (undelivered.isEmpty()) {
        return true;
      }
      subscribers.forEach(undelivered.remove());
    }
    return false;
  }

  /** Delivers what waits; a subscriber without room drops its oldest. */
  void deliver() {
    while (!undelivered.isEmpty()) {
      subscribers.forEach(undelivered.remove());
    }
  }

  /** Whether {@link #tell} has something to do. Any thread. */
  boolean isDue(long nowMs) {
    return earlyWaits || nowMs >= heartbeatDue;
  }

  /** Sends what goes by the clock: early rows, and how far the query is. */
  void tell(long nowMs) {
    if (finished) {
      return;
    }
    if (nowMs - earlyAt >= earlyEveryMs && operator.hasEarly()) {
      operator.early(this::send);
      earlyAt = nowMs;
    }
    long read = accounting.read();
    boolean news = read != toldRead || watermark != toldWatermark;
    if (nowMs - toldAt >= (news ? WATERMARK_EVERY_MS : HEARTBEAT_MS)) {
      Notice notice = Notice.watermark(watermark, accounting);
      undelivered.add(subscriber -> subscriber.offer(notice));
      toldAt = nowMs;
      toldRead = read;
      toldWatermark = watermark;
      news = false;
    }
    earlyWaits = operator.hasEarly();
    heartbeatDue = toldAt + (news ? WATERMARK_EVERY_MS : HEARTBEAT_MS);
  }
}
