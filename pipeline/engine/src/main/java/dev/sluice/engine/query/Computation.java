package dev.sluice.engine.query;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.expression.Filters;
import dev.sluice.engine.expression.Rows;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.plan.QueryPlan.Grouping;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.Operator.RowSink;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.AtEnd;
import dev.sluice.engine.resume.Place.InLog;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InTotal;
import dev.sluice.engine.resume.Place.InWindow;
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
import java.util.function.Supplier;
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
  private final PseudoColumns columns;
  private final Operator operator;
  private final Tokens tokens;
  private final RowSink sink = new Sink();
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
  private long first = Long.MIN_VALUE;
  private final long to;
  private @Nullable Offsets begin;
  private long watermark = Long.MIN_VALUE;
  private boolean finished;

  /** Numbers what is delivered together. */
  private long burst;

  private long lastWindow = Long.MIN_VALUE;
  private long rowsOfLastWindow;

  private Supplier<Lag> lag = () -> new Lag(Lag.State.CATCHING_UP, null, null);
  private volatile @Nullable Progress progress;
  private long rowsSent;

  /** Sent since the watermark moved, of windows that had silent groups. */
  private long filledRows;

  private long toldAt;
  private long toldRead = -1;
  private long toldWatermark = Long.MIN_VALUE;
  private long earlyAt;
  private volatile boolean earlyWaits;
  private volatile long heartbeatDue;

  /**
   * @param earlyEveryMs least time between two early rows of a group
   */
  Computation(
      QueryPlan plan,
      CatalogStream stream,
      Operator operator,
      Tokens tokens,
      long earlyEveryMs,
      QuerySettings.State bounds) {
    this.plan = plan;
    this.columns = new PseudoColumns(plan);
    this.stream = stream;
    this.operator = operator;
    this.tokens = tokens;
    this.earlyEveryMs = earlyEveryMs;
    this.bounds = bounds;
    this.to = tokens.question().to();
    int partitions = stream.definition().storage().partitions();
    positions = new long[partitions];
    watermarks = new long[partitions];
    Arrays.fill(watermarks, Long.MIN_VALUE);
    ends = new long[partitions];
    Arrays.fill(ends, Long.MAX_VALUE);
    ended = new boolean[partitions];
  }

  /**
   * @param source asked in the computation's turn
   */
  void lagBy(Supplier<Lag> source) {
    lag = source;
  }

  /** How far it was when it last said so; null if it has not begun. Any thread. */
  @Nullable Progress progress() {
    return progress;
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
  private InSessions placeInSessions(long end) {
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
    Rows own = new Rows(columns.of(batch), batch.size(), selected, count);
    Rows let = plan.filter() == null || count == 0 ? own : Filters.where(plan.filter(), own);
    accounting.filtered += count - let.count();
    if (let.count() > 0) {
      operator.add(batch, let, accounting, sink);
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
      filledRows = 0;
      operator.advance(least, sink);
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
    operator.finish(sink);
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
    return Notice.end(reason, watermark, read, accounting)
        .at(tokens.at(new AtEnd(), Tokens.NO_LIMIT));
  }

  /** Cuts what operators send into chunks that know their places. */
  private final class Sink implements RowSink {
    @Override
    public void rows(
        Kind kind,
        Column[] keys,
        Column[] columns,
        int rows,
        long window,
        long @Nullable [] marked) {
      Places places =
          kind == Kind.UPDATE ? new Places.Early(place(), window) : finalPlaces(window, rows);
      filledRows +=
          kind == Kind.ROW && marked != null ? Arrays.stream(marked).map(Long::bitCount).sum() : 0;
      if (filledRows > bounds.maxGroups()) {
        throw tooMuch(
            bounds.maxGroups() + " filled rows at once: say a shorter fill-for",
            "sluice.query.max-groups");
      }
      sendInChunks(new RowChunk(kind, columns, keys, rows, window, marked, places, tokens));
    }

    private Places finalPlaces(long window, int rows) {
      if (place() instanceof InTotal total) {
        return new Places.Totalled(total);
      }
      long before = window == lastWindow ? rowsOfLastWindow : 0;
      lastWindow = window;
      rowsOfLastWindow = before + rows;
      return plan.window() instanceof Session
          ? new Places.Ended(placeInSessions(window), before)
          : new Places.Windowed(window, before);
    }

    @Override
    public void events(Column[] columns, EventBatch batch, Rows events) {
      int count = events.count();
      long[] offsets = new long[count];
      long[] next = new long[count];
      long[] nextWatermarks = new long[count];
      for (int i = 0; i < count; i++) {
        int row = events.selected()[i];
        boolean isLast = row + 1 == batch.size();
        offsets[i] = batch.log().offset()[row];
        next[i] = isLast ? batch.nextOffset() : batch.log().offset()[row + 1];
        nextWatermarks[i] = isLast ? batch.endWatermark() : batch.log().watermark()[row + 1];
      }
      Offsets before = new Offsets(positions, watermarks);
      Places places =
          new Places.Logged(from, before, batch.partition(), offsets, next, nextWatermarks);
      sendInChunks(
          new RowChunk(Kind.ROW, columns, null, count, Long.MAX_VALUE, null, places, tokens));
    }
  }

  private void sendInChunks(RowChunk all) {
    if (all.rows() <= RowChunk.MAX_ROWS) {
      send(all);
      return;
    }
    for (int start = 0; start < all.rows(); start += RowChunk.MAX_ROWS) {
      send(all.part(start, Math.min(RowChunk.MAX_ROWS, all.rows() - start)));
    }
  }

  private void send(RowChunk chunk) {
    rowsSent += chunk.rows();
    undelivered.add(
        subscriber -> {
          if (subscriber.offer(chunk, burst)) {
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
      burst++;
      subscribers.forEach(undelivered.remove());
    }
    return false;
  }

  /** Delivers what waits; of a subscriber without room its own policy decides. */
  void deliver() {
    burst++;
    while (!undelivered.isEmpty()) {
      subscribers.forEach(undelivered.remove());
    }
  }

  /** Whether {@link #tell} has something to do. Any thread. */
  boolean isDue(long nowMs) {
    return earlyWaits || nowMs >= heartbeatDue;
  }

  /** Tells one subscriber how far the query is. */
  void greet(Subscriber subscriber) {
    subscriber.offer(watermarkNotice(lag.get()), place());
  }

  private Notice watermarkNotice(Lag behind) {
    return Notice.watermark(watermark, accounting, behind).at(tokens.at(place(), Tokens.NO_LIMIT));
  }

  /**
   * Sends what goes by the clock: early rows, and how far the query is.
   *
   * @param early whether early rows are of interest yet
   */
  void tell(long nowMs, boolean early) {
    if (finished) {
      return;
    }
    if (early && nowMs - earlyAt >= earlyEveryMs && operator.hasEarly()) {
      operator.early(sink);
      earlyAt = nowMs;
    }
    long read = accounting.read();
    boolean news = read != toldRead || watermark != toldWatermark;
    if (nowMs - toldAt >= (news ? WATERMARK_EVERY_MS : HEARTBEAT_MS)) {
      Lag behind = lag.get();
      Notice notice = watermarkNotice(behind);
      Place place = place();
      progress = progressAt(nowMs, behind);
      undelivered.add(subscriber -> subscriber.offer(notice, place));
      toldAt = nowMs;
      toldRead = read;
      toldWatermark = watermark;
      news = false;
    }
    earlyWaits = operator.hasEarly();
    heartbeatDue = toldAt + (news ? WATERMARK_EVERY_MS : HEARTBEAT_MS);
  }

  /** What it tells next is news, whatever it has read. */
  void renew() {
    toldRead = -1;
  }

  private Progress progressAt(long nowMs, Lag behind) {
    Progress before = progress;
    return new Progress(
        nowMs,
        positions.clone(),
        watermarks.clone(),
        watermark,
        behind,
        accounting.toMap(),
        new Progress.State(operator.groups(), operator.bytes()),
        before == null
            ? new Progress.Rows(rowsSent, 0, nowMs)
            : before.rows().next(rowsSent, before.at()));
  }

  /**
   * Ends its subscriptions because somebody wants it to; who comes back is told that it is over.
   */
  Notice ending(Problem problem) {
    return Notice.error(problem).at(tokens.at(new AtEnd(), Tokens.NO_LIMIT));
  }
}
