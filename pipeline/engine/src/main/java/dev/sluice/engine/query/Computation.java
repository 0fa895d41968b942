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

  private final Reach reach;
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
    reach = new Reach(stream.definition().storage().partitions(), to);
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
    reach.start(offsets, startWatermarks, endOffsets);
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
      return new InLog(from, reach.offsets());
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
    return wanted instanceof InLog log && from == log.from() && reach.offsets().isWithin(log.at());
  }

  /** Every session that one of both has not had yet is one of the other's too. */
  private boolean servesSessions(InSessions wanted, InSessions reached) {
    return Place.furthest(reached, wanted).equals(wanted)
        && reached.from() >= wanted.first()
        && Math.max(wanted.first(), wanted.from()) >= first;
  }

  /** How far each partition has been read. */
  Reach reach() {
    return reach;
  }

  boolean finished() {
    return finished;
  }

  /** Takes what is new in a batch. */
  void add(EventBatch batch) {
    add(batch, Long.MAX_VALUE);
  }

  /** Takes what is new in a batch and before an offset. */
  void add(EventBatch batch, long until) {
    if (!reach.isNew(batch, until)) {
      return;
    }
    long limit = Math.min(reach.end(batch.partition()), until);
    int first = reach.firstNewRow(batch);
    int end = reach.endRow(batch, first, limit);
    long next = Math.min(batch.nextOffset(), limit);
    accounting.undecodable += reach.undecodable(batch, next);
    if (first < end) {
      addRows(batch, first, end);
    }
    reach.moveTo(batch, end, next);
    advance();
    finishIfEnded();
  }

  private void addRows(EventBatch batch, int first, int end) {
    Rows let = intake.take(batch, first, end, from, to, accounting);
    if (let.count() > 0) {
      operator.add(batch, let, accounting, sender);
      bounds.require(operator);
    }
  }

  private void advance() {
    long least = reach.watermark();
    if (least > watermark) {
      watermark = least;
      sender.watermarkMoves();
      operator.advance(least, sender);
    }
  }

  private void finishIfEnded() {
    if (finished || !reach.allEnded()) {
      return;
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
        reach.positions().clone(),
        reach.watermarks().clone(),
        watermark,
        behind,
        accounting.toMap(),
        new Progress.State(operator.groups(), operator.bytes()),
        before == null
            ? Progress.Done.first(delivery.rows(), accounting.read(), nowMs)
            : before.done().next(delivery.rows(), accounting.read(), before.at()));
  }

  /** About what it held when it last told how far it is. Any thread. */
  long stateBytes() {
    Progress told = telling.progress();
    return told == null ? 0 : told.state().bytes();
  }

  /**
   * Ends its subscriptions because somebody wants it to; who comes back is told that it is over.
   */
  Notice ending(Problem problem) {
    return Notice.error(problem).at(tokens.at(new AtEnd(), Tokens.NO_LIMIT));
  }
}
