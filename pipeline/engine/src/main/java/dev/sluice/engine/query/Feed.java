package dev.sluice.engine.query;

import dev.sluice.engine.resume.Place;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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

  /** How long a query goes on at the tail before others have their turn; one batch at least. */
  private static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** What comes after a slice of catching up. */
  enum Next {
    /** The tail's ring feeds it from here on. */
    LIVE,
    /** More is to be read when a reader is free. */
    MORE,
    /** It goes on with what is read for another, or when its table is there again. */
    ALONG,
    /** The tail is not known yet: later. */
    LATER,
    /** No subscriber has room: {@link #onRoom} brings it back. */
    PARKED,
    /** Nothing more will come. */
    DONE
  }

  private final Computation computation;
  private final Coverage coverage;
  private final LogReading past;
  private final String key;
  private final @Nullable Tail tail;
  private final Clock clock;
  private final Consumer<Feed> onIdle;
  private final Instant since;

  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean hasKin;
  private final Portions portions;

  private volatile long place;
  private volatile boolean live;
  private volatile boolean closed;
  private final AtomicBoolean parked = new AtomicBoolean();

  /** Slices asked for and not yet run: see {@link QueryThreads}. */
  final AtomicInteger wanted = new AtomicInteger();

  /** Time used at the tail, ns: who has used least runs first. */
  volatile long used;

  /**
   * @param query that it was made for
   * @param table that has what comes first; null: the log has
   * @param onIdle called, in its turn, when it has read all that there is at the tail while others
   *     compute the same
   */
  Feed(
      Computation computation,
      Prepared query,
      @Nullable TableStart table,
      @Nullable Tail tail,
      int dedupeCapacity,
      Clock clock,
      Consumer<Feed> onIdle) {
    this.computation = computation;
    this.key = query.key();
    this.coverage = new Coverage(computation, query);
    this.tail = tail;
    this.portions = new Portions(computation);
    this.clock = clock;
    this.past = new LogReading(this, query, table, coverage, portions, dedupeCapacity, clock);
    this.onIdle = onIdle;
    this.since = clock.instant();
    computation.telling().lagBy(this::lag);
  }

  /** In its turn. */
  private Lag lag() {
    return lag(computation.reach().positions(), computation.reach().watermarks());
  }

  private Lag lag(long[] positions, long[] watermarks) {
    return Lag.of(
        live ? Lag.State.LIVE : Lag.State.CATCHING_UP,
        positions,
        watermarks,
        computation.reach().ends(),
        tail == null ? null : tail.ring().head());
  }

  /** What is to be seen of it now; takes no turn. Any thread. */
  RunningQuery.Running status() {
    return Status.of(
        since,
        clock.millis(),
        computation.telling().progress(),
        this::lag,
        computation.subscribers().stream().map(Subscriber::status).toList());
  }

  Computation computation() {
    return computation;
  }

  /** What it reads before it is at the tail. */
  LogReading past() {
    return past;
  }

  /** What it computes: equal for those who compute the same. */
  String key() {
    return key;
  }

  /** The tail that it follows; null if all that it reads is past. */
  @Nullable Tail tail() {
    return tail;
  }

  /** Number of the batch of the ring that it takes next; -1 while it is not there. Any thread. */
  long place() {
    return live ? place : -1;
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
      if (!coverage.serves(wanted, had, past.hasStarted(), live) || !addIfOpen(subscriber)) {
        return false;
      }
      if (past.hasStarted()) {
        if (had == null) {
          subscriber.skipTo(computation.place());
        }
        computation.telling().greet(subscriber);
      }
      return true;
    } finally {
      turn.unlock();
    }
  }

  /** Whether somebody who asks now would be added; what has not begun may yet be refused. */
  boolean wouldServe(Range wanted, @Nullable Place had) {
    if (!turn.tryLock()) {
      return false;
    }
    try {
      return past.hasStarted() && !closed && coverage.serves(wanted, had, true, live);
    } finally {
      turn.unlock();
    }
  }

  private synchronized boolean addIfOpen(Subscriber subscriber) {
    if (closed || !computation.early().admits(subscriber.everyMs())) {
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
      other.computation.early().release();
      other.computation.delivery().all();
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
    past.close();
  }

  /** Ends it for a reason of the outside. Any thread. */
  void end(Problem problem) {
    end(Notice.error(problem));
  }

  /** Ends it for good: who comes back is told that it is over. Any thread. */
  void endForGood(Problem problem) {
    end(computation.ending(problem));
  }

  private void end(Notice error) {
    close();
    computation.subscribers().forEach(subscriber -> subscriber.end(error));
  }

  boolean isLive() {
    return live && !closed;
  }

  boolean isClosed() {
    return closed;
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
   * Takes a few batches from the ring.
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
    long begun = System.nanoTime();
    boolean more;
    do {
      more = takeBatch(tail.ring().read(place));
    } while (more && live && !computation.finished() && System.nanoTime() - begun < SLICE_NANOS);
    if (!live) {
      return false;
    }
    computation.tell(clock.millis(), true);
    computation.delivery().all();
    if (computation.finished()) {
      finish();
    }
    return more;
  }

  /** Takes what was read; whether there was something. */
  private boolean takeBatch(TailRing.Reading reading) {
    EventBatch batch = reading.batch();
    if (reading.state() == TailRing.State.PASSED
        || (batch != null && computation.reach().misses(batch))) {
      live = false;
      computation.telling().renew();
      return false;
    }
    if (batch == null) {
      return false;
    }
    if (portions.add(batch)) {
      place = place + 1;
    }
    computation.delivery().all();
    return true;
  }

  // ---- from the log: see LogReading ----

  /** What comes next after something was added; null if there is more to add. */
  @Nullable Next next() {
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
    return stepOntoRing() ? Next.LIVE : null;
  }

  /** Delivers what waits; false if no subscriber has room: then the feed is parked. */
  boolean delivered() {
    while (!computation.delivery().whileRoom()) {
      parked.set(true);
      if (!computation.delivery().hasRoom() || !unpark()) {
        return false;
      }
    }
    return true;
  }

  /** Ends it because all was read and delivered. */
  void finish() {
    // Closed first: whoever would join from here on begins a feed of its own.
    close();
    Notice end = computation.ending();
    computation.subscribers().forEach(subscriber -> subscriber.end(end));
  }

  void inTurn(Runnable step) {
    turn.lock();
    try {
      step.run();
    } finally {
      turn.unlock();
    }
  }

  /** Goes on at the tail if the ring has all that comes next. */
  boolean stepOntoRing() {
    if (past.isPlaying()
        || past.isAtTable()
        || coverage.range().endsAtPresent()
        || tail == null
        || !computation.delivery().isEmpty()) {
      return false;
    }
    long joined = tail.ring().join(computation.reach().positions());
    if (joined < 0) {
      return false;
    }
    place = joined;
    past.forget();
    live = true;
    computation.telling().renew();
    return true;
  }

  private String streamName() {
    return computation.stream().definition().name();
  }
}
