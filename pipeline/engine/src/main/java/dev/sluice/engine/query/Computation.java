package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.AtEnd;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.Problem;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One running plan: takes a stream's batches in the order of each partition's offsets. What comes
 * of them waits until it is delivered to the subscribers: at the tail at once, in the past when one
 * of them has room. Who feeds it, and from where, is {@link Feed}'s business, and it is all done by
 * the feeding thread.
 */
final class Computation {
  private final QueryPlan plan;
  private final CatalogStream stream;
  private final Intake intake;
  private final Operator operator;
  private final Tokens tokens;
  private final Accounting accounting = new Accounting();
  private final StateBounds bounds;
  private final Delivery delivery;
  private final EarlyRows early;
  private final Telling telling;
  private final RowSender sender;

  private final long[] positions;
  private final long[] watermarks;
  private final long[] ends;
  private final boolean[] ended;
  private long from = Long.MIN_VALUE;
  private long first = Long.MIN_VALUE;
  private final long to;
  private @Nullable Offsets begin;
  private long watermark = Long.MIN_VALUE;
  private boolean finished;

  Computation(
      QueryPlan plan,
      CatalogStream stream,
      Intake intake,
      Operator operator,
      Tokens tokens,
      QuerySettings.State bounds) {
    this.plan = plan;
    this.intake = intake;
    this.stream = stream;
    this.operator = operator;
    this.tokens = tokens;
    this.bounds = new StateBounds(bounds);
    this.to = tokens.question().to();
    int partitions = stream.definition().storage().partitions();
    positions = new long[partitions];
    watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    ends = new long[partitions];
    Arrays.fill(ends, Long.MAX_VALUE);
    ended = new boolean[partitions];
    delivery = new Delivery(() -> end("limit"));
    early = new EarlyRows(operator, delivery, this::place);
    telling = new Telling(this, delivery, tokens);
    sender = new RowSender(this, tokens, this.bounds, this::send);
  }

  Delivery delivery() {
    return delivery;
  }

  EarlyRows early() {
    return early;
  }

  Telling telling() {
    return telling;
  }

  Accounting accounting() {
    return accounting;
  }

  /** ms of the epoch; {@link Long#MIN_VALUE} if there is none yet. */
  long watermark() {
    return watermark;
  }

  CatalogStream stream() {
    return stream;
  }

  QueryPlan plan() {
    return plan;
  }

  List<Subscriber> subscribers() {
    return delivery.subscribers();
  }

  /** Has no window that begins before this time, ms of the epoch. Comes before the start. */
  void beginWith(long firstWindow) {
    first = firstWindow;
    operator.begin(firstWindow);
  }

  /** Begins to read at a cut, with the watermarks there. */
  void startAt(long fromTime, Offsets cut, long[] endOffsets) {
    begin = cut;
    start(fromTime, cut.offsets(), cut.watermarks(), endOffsets);
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
    System.arraycopy(offsets, 0, positions, 0, positions.length);
    System.arraycopy(startWatermarks, 0, watermarks, 0, watermarks.length);
    System.arraycopy(endOffsets, 0, ends, 0, ends.length);
    for (int p = 0; p < positions.length; p++) {
      ended[p] = positions[p] >= ends[p] || watermarks[p] >= to;
    }
    advance();
    finishIfEnded();
  }

  /** First event time of its own, ms of the epoch; {@link Long#MIN_VALUE} for none. */
  long from() {
    return from;
  }

  /** Where somebody is who has had every final row that there was. */
  Place place() {
    Grouping grouping = plan.grouping();
    if (grouping == null) {
      return new InLog(from, new Offsets(positions, watermarks));
    }
    Window window = grouping.window();
    if (window == null) {
      return new InTotal(from, begin, 0);
    }
    if (window instanceof Session) {
      return placeInSessions(watermark == Long.MIN_VALUE ? watermark : watermark + 1);
    }
    if (watermark == Long.MIN_VALUE) {
      return new InWindow(first, 0);
    }
    long firstOpen = window.startAtOrBefore(watermark - window.span()) + window.slide();
    return new InWindow(Math.max(first, firstOpen), 0);
  }

  /** Whatever is in time from here on is not behind the watermark. */
  InSessions placeInSessions(long end) {
    long oldest = Math.min(watermark, operator.oldestOpen());
    return new InSessions(first, Math.max(from, oldest), end, 0);
  }

  /**
   * Whether somebody who is at a place, and joins, gets every row from there on. Not of a running
   * total, whose early rows it would not have had.
   */
  boolean serves(Place wanted) {
    if (wanted instanceof InWindow window && place() instanceof InWindow reached) {
      return first <= window.window() && Place.furthest(reached, window).equals(window);
    }
    if (wanted instanceof InSessions sessions && place() instanceof InSessions reached) {
      return servesSessions(sessions, reached);
    }
    return wanted instanceof InLog log
        && from == log.from()
        && new Offsets(positions, watermarks).isWithin(log.at());
  }

  /** Every session that one of both has not had yet is one of the other's too. */
  private boolean servesSessions(InSessions wanted, InSessions reached) {
    return Place.furthest(reached, wanted).equals(wanted)
        && reached.from() >= wanted.first()
        && Math.max(wanted.first(), wanted.from()) >= first;
  }

  /** Offset of the next record of each partition. */
  long[] positions() {
    return positions;
  }

  /** The watermark of each partition at its position, ms of the epoch. */
  long[] watermarks() {
    return watermarks;
  }

  /** Offset before which each partition ends; written once, when it starts. */
  long[] ends() {
    return ends;
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

  /**
   * Whether who reads from where another is comes by everything that this one has not read.
   *
   * @param most records between the two
   */
  boolean isAheadOf(Computation other, long most) {
    long between = 0;
    for (int p = 0; p < positions.length; p++) {
      long ahead = ended[p] ? 0 : positions[p] - other.positions[p];
      if (ahead < 0 || (other.ended[p] && !ended[p])) {
        return false;
      }
      between += ahead;
    }
    return between <= most;
  }

  /** Takes what is new in a batch. */
  void add(EventBatch batch) {
    add(batch, Long.MAX_VALUE);
  }

  /** Takes what is new in a batch and before an offset. */
  void add(EventBatch batch, long until) {
    int p = batch.partition();
    if (ended[p] || Math.min(batch.nextOffset(), until) <= positions[p]) {
      return;
    }
    long limit = Math.min(ends[p], until);
    int first = firstNewRow(batch);
    int end = endRow(batch, first, limit);
    long next = Math.min(batch.nextOffset(), limit);
    countUndecodable(batch, next);
    if (first < end) {
      addRows(batch, first, end);
    }
    watermarks[p] =
        Math.max(watermarks[p], watermarkAt(batch, end, next < ends[p] ? next : Long.MAX_VALUE));
    positions[p] = next;
    ended[p] = next >= ends[p] || watermarks[p] >= to;
    advance();
    finishIfEnded();
  }

  /** The watermark where a batch was left; a lower bound if that is within it, after its rows. */
  private static long watermarkAt(EventBatch batch, int row, long offset) {
    long[] before = batch.log().watermark();
    if (row < batch.size()) {
      return before[row];
    }
    return row == 0 || offset >= batch.nextOffset() ? batch.endWatermark() : before[row - 1];
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

  /** The first row that it does not have yet; the size if there is none. */
  int firstNewRow(EventBatch batch) {
    if (batch.firstOffset() >= positions[batch.partition()]) {
      return 0;
    }
    int found =
        Arrays.binarySearch(batch.log().offset(), 0, batch.size(), positions[batch.partition()]);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * The first row at or after the end: an offset, or the first record whose watermark has passed
   * {@code to}.
   */
  private int endRow(EventBatch batch, int first, long limit) {
    long[] offsets = batch.log().offset();
    long[] before = batch.log().watermark();
    int last = batch.size();
    if (last == 0 || (offsets[last - 1] < limit && before[last - 1] < to)) {
      return last;
    }
    int row = first;
    while (row < last && offsets[row] < limit && before[row] < to) {
      row++;
    }
    return row;
  }

  private void addRows(EventBatch batch, int first, int end) {
    Rows let = intake.take(batch, first, end, from, to, accounting);
    if (let.count() > 0) {
      operator.add(batch, let, accounting, sender);
      bounds.require(operator);
    }
  }

  private void advance() {
    long least = Long.MAX_VALUE;
    for (long partition : watermarks) {
      least = Math.min(least, partition);
    }
    least = Math.min(least, to);
    if (least > watermark) {
      watermark = least;
      sender.watermarkMoves();
      operator.advance(least, sender);
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
    early.release();
    operator.finish(sender);
  }

  /** The notice that ends a finished computation's subscriptions. */
  Notice ending() {
    return end("to");
  }

  private Notice end(String reason) {
    return Notice.end(reason, Standing.of(this, Lag.NONE))
        .at(tokens.at(new AtEnd(), Tokens.NO_LIMIT));
  }

  private void send(RowChunk chunk) {
    if (early.takes(chunk)) {
      early.take(chunk);
    } else {
      early.settle(chunk);
      delivery.add(chunk);
    }
  }

  /** Whether {@link #tell} has something to do. Any thread. */
  boolean isDue(long nowMs) {
    return early.isDue(nowMs) || telling.isDue(nowMs);
  }

  /**
   * Sends what goes by the clock: early rows, and how far the query is.
   *
   * @param earlyToo whether early rows are of interest yet
   */
  void tell(long nowMs, boolean earlyToo) {
    if (finished) {
      return;
    }
    if (earlyToo) {
      early.tick(nowMs, sender);
    }
    telling.tick(nowMs);
  }

  /** How far it is, to be looked at by other threads. */
  Progress progress(@Nullable Progress before, long nowMs, Lag behind) {
    return new Progress(
        nowMs,
        positions.clone(),
        watermarks.clone(),
        watermark,
        behind,
        accounting.toMap(),
        new Progress.State(operator.groups(), operator.bytes()),
        before == null
            ? Progress.Done.first(delivery.rows(), accounting.read(), nowMs)
            : before.done().next(delivery.rows(), accounting.read(), before.at()));
  }

  /**
   * Ends its subscriptions because somebody wants it to; who comes back is told that it is over.
   */
  Notice ending(Problem problem) {
    return Notice.error(problem).at(tokens.at(new AtEnd(), Tokens.NO_LIMIT));
  }
}
