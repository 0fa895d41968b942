package dev.sluice.engine.query;

import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogReader.RecordPosition;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.plan.Session;
import dev.sluice.engine.plan.Window;
import dev.sluice.engine.query.Range.Start;
import dev.sluice.engine.resume.Offsets;
import dev.sluice.engine.resume.Place;
import dev.sluice.engine.resume.Place.InSessions;
import dev.sluice.engine.resume.Place.InWindow;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one computation: from the log until it has caught up, then from the tail's ring; from the
 * log again when the ring has passed it. One thread at a time: a catch-up reader's, or a query
 * thread.
 */
final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long LEAST_AHEAD_MS = 60_000;
  private static final int WINDOWS_AHEAD = 10;

  /** What comes after a slice of catching up. */
  enum Next {
    /** The tail's ring feeds it from here on. */
    LIVE,
    /** More is to be read when a reader is free. */
    MORE,
    /** The tail is not known yet: later. */
    LATER,
    /** No subscriber has room: {@link #onRoom} brings it back. */
    PARKED,
    /** Nothing more will come. */
    DONE
  }

  private final Computation computation;
  private volatile Range range;
  private final boolean resumed;
  private final @Nullable Tail tail;
  private final int dedupeCapacity;
  private final Clock clock;
  private final Consumer<Feed> onIdle;

  private final ReentrantLock turn = new ReentrantLock();
  private boolean started;
  private boolean sealed;
  private volatile boolean hasKin;
  private final Map<Integer, PartitionScan> scans = new HashMap<>();
  private long[] knownEnds = new long[0];
  private long place;
  private volatile boolean live;
  private volatile boolean closed;
  private final AtomicBoolean parked = new AtomicBoolean();

  /** Slices asked for and not yet run: see {@link QueryThreads}. */
  final AtomicInteger wanted = new AtomicInteger();

  /** Time used at the tail, ns: who has used least runs first. */
  volatile long used;

  /**
   * @param resumed whether its subscriber has had a part already: early rows are of no interest to
   *     it before the present
   * @param onIdle called, in its turn, when it has read all that there is at the tail while others
   *     compute the same
   */
  Feed(
      Computation computation,
      Range range,
      boolean resumed,
      @Nullable Tail tail,
      int dedupeCapacity,
      Clock clock,
      Consumer<Feed> onIdle) {
    this.computation = computation;
    this.range = range;
    this.resumed = resumed;
    this.tail = tail;
    this.dedupeCapacity = dedupeCapacity;
    this.clock = clock;
    this.onIdle = onIdle;
  }

  Computation computation() {
    return computation;
  }

  /** The tail that it follows; null if all that it reads is past. */
  @Nullable Tail tail() {
    return tail;
  }

  /** Whether there are other feeds that compute the same. */
  void hasKin(boolean kin) {
    hasKin = kin;
  }

  /** Adds the subscriber that it was made for. */
  synchronized void add(Subscriber subscriber) {
    subscriber.feedBy(this);
    computation.subscribers().add(subscriber);
  }

  /**
   * Adds a subscriber if what is to come has every row that it wants. Never waits.
   *
   * @param wanted what it would read if it were alone
   * @return false if it must read for itself, for now
   */
  boolean join(Subscriber subscriber, Range wanted, @Nullable Place had) {
    if (!turn.tryLock()) {
      return false;
    }
    try {
      if (!serves(wanted, had) || !addIfOpen(subscriber)) {
        return false;
      }
      if (started) {
        if (had == null) {
          subscriber.skipTo(computation.place());
        }
        computation.greet(subscriber);
      }
      return true;
    } finally {
      turn.unlock();
    }
  }

  private boolean serves(Range wanted, @Nullable Place had) {
    if (computation.finished()) {
      return false;
    }
    if (!sealed && wanted.equals(range)) {
      return true;
    }
    if (wanted.endsAtPresent()) {
      return false;
    }
    boolean sessions = computation.plan().window() instanceof Session;
    boolean windowed = computation.plan().window() != null;
    if (!started) {
      return windowed && !sessions && wanted.start() == Start.TIME
          ? beginsBy(wanted.from())
          : wanted.equals(range);
    }
    return switch (wanted.start()) {
      case TIME -> windowed && computation.serves(had == null ? firstOf(wanted) : had);
      case CUT -> had != null && computation.serves(had);
      case OWN_WATERMARK -> range.start() == Start.OWN_WATERMARK && !sessions;
      case TAIL ->
          live && computation.plan().grouping() == null && computation.from() == wanted.from();
      case EARLIEST -> false;
    };
  }

  private Place firstOf(Range windows) {
    return computation.plan().window() instanceof Session
        ? new InSessions(windows.first(), windows.from(), Long.MIN_VALUE, 0)
        : new InWindow(windows.from(), 0);
  }

  /** Whether it will begin at a time or before: as long as it has not begun it can. */
  private boolean beginsBy(long time) {
    if (range.start() != Start.TIME) {
      return false;
    }
    if (!sealed) {
      range = range.fromAtMost(time);
    }
    return range.from() <= time;
  }

  private synchronized boolean addIfOpen(Subscriber subscriber) {
    if (closed) {
      return false;
    }
    add(subscriber);
    return true;
  }

  /**
   * Takes over the subscribers of another feed, in that one's turn, if each then gets every row
   * that it has not had. Never waits.
   */
  boolean adopt(Feed other) {
    if (!turn.tryLock()) {
      return false;
    }
    try {
      Place reached = other.computation.place();
      if (!isLive() || computation.finished() || !computation.serves(reached)) {
        return false;
      }
      for (Subscriber subscriber : other.computation.subscribers()) {
        subscriber.skipTo(reached);
        if (!addIfOpen(subscriber)) {
          return false;
        }
        other.computation.subscribers().remove(subscriber);
      }
      return true;
    } finally {
      turn.unlock();
    }
  }

  synchronized void close() {
    closed = true;
  }

  /** Ends it for a reason of the outside. Any thread. */
  void end(Problem problem) {
    close();
    Notice error = Notice.error(problem);
    computation.subscribers().forEach(subscriber -> subscriber.end(error));
  }

  boolean isLive() {
    return live && !closed;
  }

  /** Whether its place in the log is found. */
  boolean hasStarted() {
    return started;
  }

  void fail(Throwable failure) {
    if (failure instanceof ProblemException problem) {
      end(problem.problem());
    } else {
      log.error(
          "Query failed stream={} plan={}", streamName(), computation.plan().digest(), failure);
      end(internal());
    }
  }

  /** What a subscriber is told of a failure that should not be. */
  static Problem internal() {
    return Problem.of(ProblemCode.INTERNAL, "the query failed; its cause is in the gateway's log");
  }

  /** Whether the computation waits for its subscribers; true once for each time that it does. */
  boolean unpark() {
    return parked.get() && parked.compareAndSet(true, false);
  }

  // ---- at the tail ----

  /**
   * Takes one batch from the ring.
   *
   * @return whether there may be more; false too when it is not at the tail any more
   */
  boolean slice() {
    turn.lock();
    try {
      boolean more = sliceInTurn();
      if (!more && hasKin && isLive()) {
        onIdle.accept(this);
      }
      return more;
    } finally {
      turn.unlock();
    }
  }

  private boolean sliceInTurn() {
    if (closed || !live || tail == null) {
      return false;
    }
    TailRing.Reading reading = tail.ring().read(place);
    EventBatch batch = reading.batch();
    if (reading.state() == TailRing.State.PASSED || (batch != null && computation.misses(batch))) {
      live = false;
      return false;
    }
    if (batch != null) {
      computation.add(batch);
      place++;
    }
    computation.tell(clock.millis(), true);
    computation.deliver();
    if (computation.finished()) {
      finish();
    }
    return batch != null;
  }

  // ---- from the log ----

  /**
   * Reads the log for a while.
   *
   * @param yield whether to stop after the next poll, because others wait
   */
  Next read(LogReader reader, BooleanSupplier yield) {
    if (closed) {
      return Next.DONE;
    }
    inTurn(() -> sealed = true);
    if (!started && !start(reader)) {
      return Next.LATER;
    }
    if (stepOntoRing()) {
      return Next.LIVE;
    }
    resumeScans(reader);
    do {
      if (closed) {
        return Next.DONE;
      }
      if (!delivered()) {
        return Next.PARKED;
      }
      if (computation.finished()) {
        finish();
        return Next.DONE;
      }
      if (stepOntoRing()) {
        return Next.LIVE;
      }
      List<EventBatch> batches = reader.poll(POLL);
      inTurn(
          () -> {
            add(batches);
            computation.tell(clock.millis(), !resumed);
          });
      holdBack(reader, batches.isEmpty());
    } while (!yield.getAsBoolean());
    return Next.MORE;
  }

  private void add(List<EventBatch> batches) {
    try {
      batches.forEach(computation::add);
    } catch (ProblemException e) {
      // What came before it is the subscribers', and may have been all that a LIMIT asked for.
      computation.deliver();
      throw e;
    }
  }

  /** Delivers what waits; false if no subscriber has room: then the feed is parked. */
  private boolean delivered() {
    while (!computation.deliverWhileRoom()) {
      parked.set(true);
      if (!computation.hasRoom() || !unpark()) {
        return false;
      }
    }
    return true;
  }

  /** Ends it because all was read and delivered. */
  private void finish() {
    // Closed first: whoever would join from here on begins a feed of its own.
    close();
    Notice end = computation.ending();
    computation.subscribers().forEach(subscriber -> subscriber.end(end));
  }

  private void inTurn(Runnable step) {
    turn.lock();
    try {
      step.run();
    } finally {
      turn.unlock();
    }
  }

  private void begin(Runnable how) {
    inTurn(
        () -> {
          how.run();
          started = true;
        });
  }

  private boolean stepOntoRing() {
    if (range.endsAtPresent() || tail == null || !computation.delivered()) {
      return false;
    }
    long joined = tail.ring().join(computation.positions());
    if (joined < 0) {
      return false;
    }
    place = joined;
    scans.clear();
    live = true;
    return true;
  }

  /** Finds where to begin; false while the tail is not known, whose end is the beginning. */
  private boolean start(LogReader reader) {
    TailRing.Head head = tail == null ? null : tail.ring().head();
    int partitions = computation.positions().length;
    long[] ends = filled(partitions, Long.MAX_VALUE);
    // The ends come first: what is appended after them belongs to the tail, whatever its time is.
    Map<Integer, Long> present = reader.endOffsets();
    if (range.endsAtPresent()) {
      present.forEach((partition, end) -> ends[partition] = knownEnd(partition, end));
    }
    if (range.start() == Start.TAIL) {
      if (head == null) {
        return false;
      }
      Offsets cut = new Offsets(head.positions(), head.watermarks());
      begin(() -> computation.startAt(range.from(), cut, ends));
      return true;
    }
    Offsets at = range.cut();
    if (at != null) {
      requireThere(reader, at, present);
      begin(() -> computation.startAt(range.from(), at, ends));
      return true;
    }
    long from = range.from();
    if (range.start() == Start.OWN_WATERMARK) {
      if (head == null) {
        return false;
      }
      from = ownWindow(head.watermarks());
    }
    Map<Integer, Long> begins = reader.beginOffsets();
    from = checkRetained(reader, begins, from);
    long[] offsets = filled(partitions, 0);
    Map<Integer, RecordPosition> found =
        from == Long.MIN_VALUE ? Map.of() : reader.positionsAt(times(begins.keySet(), from));
    for (int p = 0; p < partitions; p++) {
      RecordPosition position = found.get(p);
      offsets[p] =
          from == Long.MIN_VALUE
              ? begins.getOrDefault(p, 0L)
              : position == null ? present.getOrDefault(p, 0L) : position.offset();
    }
    long firstTime = from;
    computation.beginWith(range.start() == Start.TIME ? range.first() : firstWindow(from));
    begin(() -> computation.start(firstTime, offsets, filled(partitions, Long.MIN_VALUE), ends));
    return true;
  }

  private long firstWindow(long from) {
    Window window = computation.plan().window();
    return from == Long.MIN_VALUE || window == null ? from : from + window.lead();
  }

  private long knownEnd(int partition, long present) {
    List<Long> known = range.ends();
    return known == null ? present : known.get(partition);
  }

  private void requireThere(LogReader reader, Offsets cut, Map<Integer, Long> ends) {
    Map<Integer, Long> begins = reader.beginOffsets();
    for (int p = 0; p < cut.offsets().length; p++) {
      long offset = cut.offsets()[p];
      if (offset < begins.getOrDefault(p, 0L) || offset > ends.getOrDefault(p, offset)) {
        throw expired(earliestGood(reader, begins));
      }
    }
  }

  /** The window that the stream's watermark is in: the least of the partitions that have one. */
  private long ownWindow(long[] watermarks) {
    long least =
        Arrays.stream(watermarks)
            .filter(watermark -> watermark != Long.MIN_VALUE)
            .min()
            .orElse(Long.MIN_VALUE);
    return least == Long.MIN_VALUE ? least : window().startAtOrBefore(least) - window().lead();
  }

  /**
   * Where retention has cut a partition, a start is good if a retained record before it is more
   * than the lateness older, or if it is no older than the retention: what age has cut is.
   *
   * @return the start, which for {@code earliest} is the first that is good
   */
  private long checkRetained(LogReader reader, Map<Integer, Long> begins, long from) {
    long good = earliestGood(reader, begins);
    if (range.start() == Start.EARLIEST) {
      return good;
    }
    if (from < good) {
      throw expired(good);
    }
    return from;
  }

  private ProblemException expired(long good) {
    return Problem.ofField(
            ProblemCode.POSITION_EXPIRED,
            resumed ? "after" : "from",
            "the log no longer has all of this time: the earliest good start is "
                + (good == Long.MIN_VALUE
                    ? "earliest"
                    : "from=" + RowEncoder.instant(firstWindow(good))))
        .toException();
  }

  /** The first start that is good; {@link Long#MIN_VALUE} if any is. */
  private long earliestGood(LogReader reader, Map<Integer, Long> begins) {
    Map<Integer, Long> cut = new HashMap<>();
    begins.forEach(
        (partition, begin) -> {
          if (begin > 0) {
            cut.put(partition, 0L);
          }
        });
    if (cut.isEmpty()) {
      return Long.MIN_VALUE;
    }
    long lateness = definition().time().lateness().toMillis();
    long youngestCut =
        definition().time().historical()
            ? Long.MAX_VALUE
            : clock.millis() - definition().storage().retention().toMillis();
    Map<Integer, RecordPosition> oldest = reader.positionsAt(cut);
    long good = Long.MIN_VALUE;
    for (Integer partition : cut.keySet()) {
      RecordPosition record = oldest.get(partition);
      long shown = record == null ? Long.MAX_VALUE : record.timestamp() + lateness + 1;
      long evidence = Math.min(shown, youngestCut);
      // A historical partition that has nothing left says nothing about what it had.
      good = Math.max(good, evidence == Long.MAX_VALUE ? Long.MIN_VALUE : evidence);
    }
    Window window = computation.plan().window();
    if (good != Long.MIN_VALUE && window != null) {
      good = window.startAtOrAfter(good);
    }
    return good;
  }

  private Window window() {
    return Objects.requireNonNull(computation.plan().window());
  }

  /**
   * Assigns the reader to where the computation is. A reader is shared: another query may have had
   * it since.
   */
  private void resumeScans(LogReader reader) {
    if (scans.isEmpty()) {
      Map<Integer, Long> warmUp = warmUpStarts(reader);
      for (int p = 0; p < computation.positions().length; p++) {
        long position = computation.positions()[p];
        long from = Math.min(position, warmUp.getOrDefault(p, position));
        scans.put(
            p,
            PartitionScan.resume(
                    definition(), dedupeCapacity, p, position, computation.watermarks()[p], from)
                .endingAt(computation.end(p)));
      }
    }
    knownEnds = ends(reader);
    reader.assign(
        scans.values().stream().filter(scan -> !computation.ended(scan.partition())).toList());
  }

  /** Where to read from so that repetitions are recognised at the positions. */
  private Map<Integer, Long> warmUpStarts(LogReader reader) {
    if (definition().identity().id() == null) {
      return Map.of();
    }
    long span = definition().identity().dedupe().toMillis();
    Map<Integer, Long> times = new HashMap<>();
    for (int p = 0; p < computation.watermarks().length; p++) {
      if (computation.watermarks()[p] != Long.MIN_VALUE) {
        times.put(p, computation.watermarks()[p] - span);
      }
    }
    Map<Integer, Long> starts = new HashMap<>();
    reader
        .positionsAt(times)
        .forEach((partition, position) -> starts.put(partition, position.offset()));
    return starts;
  }

  /**
   * Lets no partition run far ahead of one that still has something to read: the windows between
   * would all be open.
   */
  private void holdBack(LogReader reader, boolean idle) {
    long[] positions = computation.positions();
    long[] watermarks = computation.watermarks();
    long slowest = Long.MAX_VALUE;
    for (int p = 0; p < positions.length; p++) {
      if (!computation.ended(p) && positions[p] < knownEnds[p]) {
        slowest = Math.min(slowest, watermarks[p]);
      }
    }
    if (slowest == Long.MAX_VALUE && idle) {
      knownEnds = ends(reader);
    }
    Window window = computation.plan().window();
    long ahead =
        window == null ? LEAST_AHEAD_MS : Math.max(LEAST_AHEAD_MS, WINDOWS_AHEAD * window.span());
    List<Integer> paused = new ArrayList<>();
    for (int p = 0; p < positions.length; p++) {
      boolean tooFar =
          slowest != Long.MAX_VALUE
              && watermarks[p] != Long.MIN_VALUE
              && watermarks[p] - ahead > slowest;
      if (tooFar || computation.ended(p)) {
        paused.add(p);
      }
    }
    reader.pauseOnly(paused);
  }

  private static long[] ends(LogReader reader) {
    Map<Integer, Long> ends = reader.endOffsets();
    long[] known = new long[ends.size()];
    ends.forEach((partition, end) -> known[partition] = end);
    return known;
  }

  private StreamDefinition definition() {
    return computation.stream().definition();
  }

  private String streamName() {
    return definition().name();
  }

  private static Map<Integer, Long> times(Iterable<Integer> partitions, long time) {
    Map<Integer, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, time));
    return times;
  }

  private static long[] filled(int length, long value) {
    long[] values = new long[length];
    Arrays.fill(values, value);
    return values;
  }
}
