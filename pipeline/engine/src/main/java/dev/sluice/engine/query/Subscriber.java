package dev.sluice.engine.query;

import dev.sluice.engine.query.Conflation.Held;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import dev.sluice.engine.resume.Place;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * One subscriber's end of a query: the buffer between the computation, which never waits, and the
 * demand of who reads.
 *
 * <p>The buffer is bounded in bytes, together with what waits in the connection behind it, but has
 * room for one chunk, however large, while it is at most half full: who offers only when there is
 * room loses nothing. At the tail room is asked for once a batch, so that what one batch brings is
 * taken as a whole. When the buffer is full the {@link Overflow} decides, and the subscriber is
 * told. Offers come from the computation's thread, one at a time; requests from any.
 */
final class Subscriber implements Subscription {
  private final Wants wants;
  private final Tokens tokens;
  private final int capacity;
  private final BufferMeters meters;
  private final CoreSubscriber<? super QueryEvent> downstream;
  private final Consumer<Subscriber> onRoom;
  private final Consumer<Subscriber> onGone;

  private final Backlog backlog;
  private volatile @Nullable Feed feed;
  private volatile @Nullable Place had;
  private volatile long limitLeft;
  private @Nullable String delivered;
  private long admittedBurst = -1;
  private boolean admitted;
  private long lostRows;
  private long dropped;
  private @Nullable Told lastLost;

  /** Written in turn; who reads that there is none need not try: who asks for more tries itself. */
  private volatile long demand;

  private boolean last;
  private boolean released;
  private volatile boolean gone;
  private final AtomicInteger draining = new AtomicInteger();

  /**
   * What a subscriber asks for besides its query.
   *
   * @param outbound bytes that wait in its connection
   * @param had what it has had already; null: nothing that would come
   * @param limit rows after which the subscription ends; {@link Tokens#NO_LIMIT}
   * @param everyMs least time between two early rows of a group
   */
  record Wants(
      Format format,
      RowEncoder encoder,
      Overflow overflow,
      LongSupplier outbound,
      @Nullable Place had,
      long limit,
      long everyMs) {}

  /**
   * @param capacity bytes
   * @param onRoom called whenever something was taken and the buffer is at most half full, from
   *     whatever thread took it
   * @param onGone called once, when nothing more is wanted
   */
  Subscriber(
      Wants wants,
      Tokens tokens,
      int capacity,
      BufferMeters meters,
      CoreSubscriber<? super QueryEvent> downstream,
      Consumer<Subscriber> onRoom,
      Consumer<Subscriber> onGone) {
    this.wants = wants;
    this.tokens = tokens;
    this.capacity = capacity;
    this.meters = meters;
    this.downstream = downstream;
    this.onRoom = onRoom;
    this.onGone = onGone;
    this.backlog = new Backlog(wants.format(), wants.encoder(), meters);
    this.had = wants.had();
    this.limitLeft = wants.limit();
    Place before = wants.had();
    this.delivered = before == null ? null : tokens.at(before, wants.limit());
  }

  /** Says that it has its place. */
  void opened() {
    meters.opened(capacity);
    downstream.onSubscribe(this);
  }

  /** Least time between two early rows of a group, ms. */
  long everyMs() {
    return wants.everyMs();
  }

  /** Who feeds it. */
  @Nullable Feed feed() {
    return feed;
  }

  void feedBy(Feed feeding) {
    feed = feeding;
  }

  /** What is before this place does not come to it. */
  void skipTo(Place place) {
    Place before = had;
    had = before == null ? place : Place.furthest(before, place);
  }

  /** Whether the buffer is at most half full. */
  synchronized boolean hasRoom() {
    return backlog.isWithin(capacity / 2);
  }

  /**
   * Offers rows.
   *
   * @param held the same, as all others are offered it too
   * @param burst number of the batch that has brought them
   * @return whether the subscription's LIMIT was reached with them
   */
  boolean offer(RowChunk chunk, Held held, long burst) {
    long left = limitLeft;
    Place before = had;
    RowChunk mine = before == null ? chunk : chunk.to(before);
    if (left <= 0 || mine.rows() == 0) {
      return false;
    }
    boolean isFinal = chunk.kind() == Kind.ROW;
    if (isFinal && mine == chunk && before instanceof Place.InLog) {
      had = null; // all that is to come is after it
    }
    if (left == Tokens.NO_LIMIT) {
      add(mine, held, left, burst);
      return false;
    }
    int rows = isFinal ? (int) Math.min(mine.rows(), left) : mine.rows();
    limitLeft = isFinal ? left - rows : left;
    add(rows == mine.rows() ? mine : mine.part(0, rows), null, left, burst);
    return limitLeft == 0;
  }

  /**
   * @param place of the computation
   */
  void offer(Notice notice, Place place) {
    Place before = had;
    Place reached = before == null ? place : Place.furthest(before, place);
    boolean own = limitLeft != Tokens.NO_LIMIT || !reached.equals(place);
    Notice told = own ? notice.at(tokens.at(reached, limitLeft)) : notice;
    synchronized (this) {
      if (last || gone) {
        return;
      }
      backlog.add(told);
    }
    drain();
  }

  /** What is to be seen of it now. Any thread. */
  synchronized RunningQuery.Reader status() {
    int waiting = backlog.bytes();
    lose(backlog.takeLost(), null);
    return new RunningQuery.Reader(
        wants.overflow().text(),
        Duration.ofMillis(wants.everyMs()),
        waiting,
        capacity,
        wants.outbound().getAsLong(),
        dropped);
  }

  /** Offers the notice that ends the subscription. */
  void end(Notice notice) {
    synchronized (this) {
      if (last) {
        return;
      }
      last = true;
      backlog.add(notice);
    }
    drain();
  }

  private void add(RowChunk chunk, @Nullable Held held, long left, long burst) {
    Told told = chunk.with(wants.encoder(), left);
    if (handOver(chunk, told)) {
      return;
    }
    boolean tooSlow = false;
    synchronized (this) {
      if (last || gone) {
        return;
      }
      if (chunk.kind() == Kind.UPDATE || wants.overflow() == Overflow.CONFLATE) {
        backlog.conflate(chunk, held, had, left);
      } else if (wants.overflow() == Overflow.DROP_OLDEST) {
        if (!admits(burst)) {
          dropOldest(told.encoded(wants.format()).length);
        }
        backlog.add(chunk, told);
      } else if (admits(burst)) {
        backlog.add(chunk, told);
      } else {
        tooSlow = true;
        backlog.clear();
        backlog.add(slow());
        last = true;
      }
    }
    if (tooSlow) {
      release();
    }
    drain();
  }

  /** Gives rows straight to who waits for them, if nothing is before them. */
  private boolean handOver(RowChunk chunk, Told told) {
    if (demand == 0 || !draining.compareAndSet(0, 1)) {
      return false;
    }
    boolean waitedFor;
    synchronized (this) {
      waitedFor = !last && !gone && demand > 0 && backlog.isEmpty() && lostRows == 0;
      if (waitedFor) {
        demand--;
        backlog.shows(chunk);
        passed(told);
      }
    }
    if (waitedFor) {
      downstream.onNext(told);
    }
    drainOn();
    return waitedFor;
  }

  private void passed(Told event) {
    String token = event.token();
    delivered = token == null ? delivered : token;
  }

  private boolean admits(long burst) {
    if (burst != admittedBurst) {
      admittedBurst = burst;
      admitted = hasRoom() || backlog.isWithin(capacity - 1 - wants.outbound().getAsLong());
    }
    return admitted;
  }

  private void dropOldest(int coming) {
    while (!hasRoom() && !backlog.isWithin(capacity - coming)) {
      Told oldest = backlog.peek();
      if (oldest == null) {
        return;
      }
      backlog.remove();
      if (oldest.kind() == Kind.ROW) {
        lose(oldest.rows(), oldest);
      }
    }
  }

  /**
   * @param at after which it goes on; null: where it is
   */
  private void lose(long rows, @Nullable Told at) {
    if (rows > 0) {
      lostRows += rows;
      dropped += rows;
      lastLost = at;
      meters.dropped(rows);
    }
  }

  /** The end of one whose rows may not be dropped: it comes back where it was. */
  private Notice slow() {
    return Notice.error(
            Problem.of(
                ProblemCode.SLOW_SUBSCRIBER,
                "more than "
                    + capacity
                    + " bytes were waiting to be read: go on after this event's id; read faster, or"
                    + " say overflow=conflate or overflow=drop-oldest"))
        .at(delivered);
  }

  @Override
  public void request(long n) {
    synchronized (this) {
      demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
    }
    drain();
  }

  @Override
  public void cancel() {
    leave();
  }

  private void leave() {
    synchronized (this) {
      if (gone) {
        return;
      }
      gone = true;
      backlog.clear();
    }
    meters.closed(capacity);
    release();
  }

  private void release() {
    synchronized (this) {
      if (released) {
        return;
      }
      released = true;
    }
    onGone.accept(this);
  }

  private void drain() {
    if (demand > 0 && draining.getAndIncrement() == 0) {
      drainOn();
    }
  }

  private void drainOn() {
    int missed = 1;
    while (missed != 0) {
      QueryEvent event;
      while ((event = next()) != null) {
        downstream.onNext(event);
        if (event.kind() == Kind.END || event.kind() == Kind.ERROR) {
          leave();
          downstream.onComplete();
        }
      }
      // Not only where there was none before: the buffer may have been filled while it was emptied.
      if (hasRoom() && !gone) {
        onRoom.accept(this);
      }
      missed = draining.addAndGet(-missed);
    }
  }

  private synchronized @Nullable QueryEvent next() {
    if (gone || demand == 0) {
      return null;
    }
    Told event = backlog.peek();
    lose(backlog.takeLost(), null);
    if (lostRows > 0) {
      demand--;
      if (lastLost != null) {
        passed(lastLost);
        lastLost = null;
      }
      Notice gap = Notice.gap(lostRows).at(delivered);
      lostRows = 0;
      return gap;
    }
    if (event != null) {
      demand--;
      backlog.remove();
      passed(event);
    }
    return event;
  }
}
