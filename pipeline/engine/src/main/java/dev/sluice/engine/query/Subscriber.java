package dev.sluice.engine.query;

import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.engine.query.QueryEvent.Kind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * One subscriber's end of a query: the buffer between the computation, which never waits, and the
 * demand of who reads.
 *
 * <p>The buffer is bounded in bytes, but has room for one chunk, however large, while it is at most
 * half full: who offers only when there is room loses nothing. When it is full the oldest rows go,
 * and a GAP says how many before the next row. Offers come from the computation's thread, one at a
 * time; requests from any.
 */
final class Subscriber implements Subscription {
  private final Format format;
  private final RowEncoder encoder;
  private final long from;
  private final int capacity;
  private final BufferMeters meters;
  private final CoreSubscriber<? super QueryEvent> downstream;
  private final Consumer<Subscriber> onRoom;
  private final Consumer<Subscriber> onGone;

  private final Deque<QueryEvent> buffer = new ArrayDeque<>();
  private long limitLeft;
  private int bytes;
  private long droppedRows;
  private long demand;
  private boolean last;
  private volatile boolean gone;
  private final AtomicInteger draining = new AtomicInteger();

  /**
   * @param from rows of windows that start before are not for this subscriber, ms of the epoch
   * @param limit rows after which the subscription ends; {@link Long#MAX_VALUE} for none
   * @param capacity bytes
   * @param onRoom called whenever something was taken and the buffer is at most half full, from
   *     whatever thread took it
   * @param onGone called once, when nothing more is wanted
   */
  Subscriber(
      Format format,
      RowEncoder encoder,
      long from,
      long limit,
      int capacity,
      BufferMeters meters,
      CoreSubscriber<? super QueryEvent> downstream,
      Consumer<Subscriber> onRoom,
      Consumer<Subscriber> onGone) {
    this.format = format;
    this.encoder = encoder;
    this.from = from;
    this.limitLeft = limit;
    this.capacity = capacity;
    this.meters = meters;
    this.downstream = downstream;
    this.onRoom = onRoom;
    this.onGone = onGone;
  }

  /** Says that it has its place. */
  void opened() {
    meters.opened(capacity);
    downstream.onSubscribe(this);
  }

  /** Whether the buffer is at most half full. */
  synchronized boolean hasRoom() {
    return 2L * bytes <= capacity;
  }

  /**
   * Offers rows.
   *
   * @return whether the subscription's LIMIT was reached with them
   */
  boolean offer(RowChunk chunk) {
    if (chunk.windowStart() < from || limitLeft <= 0) {
      return false;
    }
    RowChunk taken = chunk;
    if (chunk.kind() == Kind.ROW) {
      taken = chunk.rows() > limitLeft ? chunk.head((int) limitLeft) : chunk;
      limitLeft -= taken.rows();
    }
    add(taken.with(encoder));
    return limitLeft == 0;
  }

  void offer(Notice notice) {
    add(notice);
  }

  /** Offers the notice that ends the subscription. */
  void end(Notice notice) {
    synchronized (this) {
      if (last) {
        return;
      }
      last = true;
      buffer.add(notice);
    }
    drain();
  }

  private void add(QueryEvent event) {
    int size = event.encoded(format).length;
    synchronized (this) {
      if (last || gone) {
        return;
      }
      while (!hasRoom() && bytes + size > capacity) {
        drop(buffer.remove());
      }
      buffer.add(event);
      fill(size);
    }
    drain();
  }

  private void drop(QueryEvent event) {
    fill(-event.encoded(format).length);
    droppedRows += event.rows();
    meters.dropped(event.rows());
  }

  private void fill(int change) {
    bytes += change;
    meters.filled(change);
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
      buffer.clear();
      fill(-bytes);
    }
    meters.closed(capacity);
    onGone.accept(this);
  }

  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
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
    if (gone || demand == 0 || (buffer.isEmpty() && droppedRows == 0)) {
      return null;
    }
    demand--;
    if (droppedRows > 0) {
      Notice gap = Notice.gap(droppedRows);
      droppedRows = 0;
      return gap;
    }
    QueryEvent event = buffer.remove();
    if (event.kind() != Kind.END && event.kind() != Kind.ERROR) {
      fill(-event.encoded(format).length);
    }
    return event;
  }
}
