package dev.sluice.gateway.ingest;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * The bytes of all frames in flight, from the grant or the receipt of a frame until its ack, which
 * can be larger, was taken by the device's socket.
 *
 * <p>Shown as the buffer {@code ingest}; dropped are frames answered with OVERLOADED, and waited
 * have HTTP requests, of which those that waited in vain are among the dropped too. Those that wait
 * now are the buffer {@code ingest-waiting}.
 *
 * <p>Usable on any thread; never waits. Whoever gets room at last is told on the thread that made
 * it.
 */
final class IngestBudget {
  private final long capacity;
  private final int maxWaiting;
  private final Duration wait;
  private final Scheduler timer;
  private final LongAdder dropped = new LongAdder();
  private final LongAdder waited = new LongAdder();
  private final LongAdder turnedAway = new LongAdder();
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private long used;

  IngestBudget(long capacity, int maxWaiting, Duration wait, Scheduler timer, Flow flow) {
    this.capacity = capacity;
    this.maxWaiting = maxWaiting;
    this.wait = wait;
    this.timer = timer;
    flow.add(
        new Buffer(
                Label.of(Stage.INGEST, "ingest"),
                new Buffer.Room("bytes", this::used, capacity),
                "demand stops: devices are granted no frames, requests wait")
            .dropping("frames", dropped::sum)
            .waiting("requests", waited::sum));
    flow.add(
        new Buffer(
                Label.of(Stage.INGEST, "ingest-waiting"),
                new Buffer.Room("requests", this::waiting, maxWaiting),
                "refused with OVERLOADED")
            .dropping("requests", turnedAway::sum));
  }

  long capacity() {
    return capacity;
  }

  synchronized long used() {
    return used;
  }

  private synchronized int waiting() {
    return waiters.size();
  }

  /** Room for a frame that is here; null if there is none. */
  @Nullable Reservation tryReserve(long bytes) {
    return take(bytes, capacity) ? new Reservation(bytes) : null;
  }

  /**
   * Room for a frame that is yet to come; false if there is none.
   *
   * <p>A quarter of the budget is never granted ahead: it is for frames that are here, and for what
   * they grow by when they are decoded.
   */
  boolean tryGrant(long bytes) {
    synchronized (this) {
      if (!waiters.isEmpty()) {
        return false;
      }
    }
    return take(bytes, capacity - capacity / 4);
  }

  /** How many grants of that size there would be room for now. */
  synchronized long grantable(long bytes) {
    return waiters.isEmpty() ? Math.max(0, capacity - capacity / 4 - used) / bytes : 0;
  }

  /** A grant's frame has come: takes over what was granted for it. */
  Reservation received(long granted, long bytes) {
    Reservation reservation = new Reservation(granted);
    reservation.resize(bytes);
    return reservation;
  }

  void giveBack(long bytes) {
    List<Waiter> served = new ArrayList<>(0);
    synchronized (this) {
      used -= bytes;
      for (Waiter next = waiters.peek();
          next != null && used + next.bytes <= capacity;
          next = waiters.peek()) {
        waiters.remove();
        used += next.bytes;
        served.add(next);
      }
    }
    served.forEach(Waiter::serve);
  }

  /** A frame was answered with OVERLOADED. */
  Problem refuse() {
    dropped.increment();
    return Problem.of(
        ProblemCode.OVERLOADED,
        "the gateway holds as many bytes for the log as it may: send the same frame again later");
  }

  /** Room for a frame, as soon as there is; fails with OVERLOADED when it was not in time. */
  Mono<Reservation> reserve(long bytes) {
    return Mono.create(
        sink -> {
          Reservation now = tryReserve(bytes);
          if (now != null) {
            sink.success(now);
          } else {
            await(new Waiter(bytes, sink));
          }
        });
  }

  private void await(Waiter waiter) {
    synchronized (this) {
      if (waiters.size() < maxWaiting && !wait.isZero()) {
        waiters.add(waiter);
        waiter.waiting = true;
      }
    }
    if (!waiter.waiting) {
      turnedAway.increment();
      waiter.sink.error(refuse().toException());
      return;
    }
    waited.increment();
    Disposable timeout = timer.schedule(waiter::expire, wait.toMillis(), MILLISECONDS);
    waiter.sink.onDispose(timeout);
    waiter.sink.onCancel(waiter::cancel);
  }

  private synchronized boolean take(long bytes, long limit) {
    if (used + bytes > limit) {
      return false;
    }
    used += bytes;
    return true;
  }

  private synchronized boolean remove(Waiter waiter) {
    return waiters.remove(waiter);
  }

  private final class Waiter {
    final long bytes;
    final MonoSink<Reservation> sink;
    boolean waiting;
    private volatile @Nullable Reservation served;
    private volatile boolean gone;

    Waiter(long bytes, MonoSink<Reservation> sink) {
      this.bytes = bytes;
      this.sink = sink;
    }

    void serve() {
      Reservation reservation = new Reservation(bytes);
      served = reservation;
      sink.success(reservation);
      if (gone && !reservation.claimed) {
        // Since it was taken out of those who wait; so nobody has it.
        reservation.letGo();
      }
    }

    void expire() {
      if (remove(this)) {
        sink.error(refuse().toException());
      }
    }

    /** Whoever waited has gone, perhaps while it was served: then nobody else gives it back. */
    void cancel() {
      gone = true;
      if (!remove(this)) {
        Reservation reservation = served;
        if (reservation != null && !reservation.claimed) {
          reservation.letGo();
        }
      }
    }
  }

  /**
   * A part of the budget, for one frame and then for its ack. Whoever answers lets it go; whoever
   * has gone before it was answered, or before the ack was handed to a connection, abandons it.
   */
  final class Reservation implements Answer.Hold {
    private long bytes;
    private volatile boolean claimed;
    private boolean begun;
    private boolean answered;
    private boolean handedOver;
    private boolean abandoned;
    private boolean released;

    private Reservation(long bytes) {
      this.bytes = bytes;
    }

    /** From here on, the caller lets it go whatever happens. */
    Reservation claim() {
      claimed = true;
      return this;
    }

    synchronized long bytes() {
      return bytes;
    }

    /** Makes it smaller, or larger if there is room; false if there is not. */
    boolean resize(long newBytes) {
      long freed;
      synchronized (this) {
        if (released || (newBytes > bytes && !take(newBytes - bytes, capacity))) {
          return false;
        }
        freed = Math.max(0, bytes - newBytes);
        bytes = newBytes;
      }
      if (freed > 0) {
        giveBack(freed);
      }
      return true;
    }

    /** The frame is being stored, and will be answered. */
    synchronized void begin() {
      begun = true;
    }

    /** The frame is done with: what stays is for its ack. */
    void answered(int ackBytes) {
      boolean toNobody;
      synchronized (this) {
        answered = true;
        toNobody = abandoned;
      }
      if (toNobody) {
        letGo();
      } else {
        resize(ackBytes);
      }
    }

    /** Nobody will be told. What the log is being given is still held until it has it. */
    void abandon() {
      boolean atOnce;
      synchronized (this) {
        abandoned = true;
        atOnce = (!begun || answered) && !handedOver;
      }
      if (atOnce) {
        letGo();
      }
    }

    @Override
    public synchronized void handOver() {
      handedOver = true;
    }

    /** Gives it back; the second time does nothing. */
    @Override
    public void letGo() {
      long freed;
      synchronized (this) {
        if (released) {
          return;
        }
        released = true;
        freed = bytes;
      }
      giveBack(freed);
    }
  }
}
