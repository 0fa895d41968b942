package dev.sluice.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One call of {@code send}: takes from its publisher as the buffer has room, gives an ack for each
 * as its subscriber asks for them. An item's room is free when its ack has been given, so that the
 * acks that wait here are bounded by the buffer too.
 *
 * @param <A> what is given for each item
 */
abstract class Sending<A> implements CoreSubscriber<byte[]>, Subscription {
  final SluiceDevice device;
  private final Intake intake;
  private final CoreSubscriber<? super A> downstream;
  private final Queue<Settled<A>> settled = new ConcurrentLinkedQueue<>();
  private final Demand demand = new Demand();
  private final AtomicLong outstanding = new AtomicLong();
  private final AtomicInteger draining = new AtomicInteger();
  private @Nullable Subscription upstream;
  private long handedOver;
  private volatile boolean cancelled;
  private volatile boolean upstreamDone;
  private volatile @Nullable Throwable upstreamError;
  private volatile @Nullable SluiceException failure;

  private record Settled<A>(A ack, Item item) {}

  Sending(SluiceDevice device, Intake intake, CoreSubscriber<? super A> downstream) {
    this.device = device;
    this.intake = intake;
    this.downstream = downstream;
  }

  abstract Item item(byte[] json, long index);

  abstract A ack(Item item, Wire.Answer answer, @Nullable Rejection rejection);

  @Override
  public Context currentContext() {
    return downstream.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    downstream.onSubscribe(this);
    try {
      intake.register(this);
      subscription.request(1);
    } catch (SluiceException refused) {
      failed(refused);
    }
  }

  @Override
  public void onNext(byte[] json) {
    if (cancelled || failure != null) {
      return;
    }
    Intake.Entry entry;
    outstanding.incrementAndGet();
    try {
      entry = intake.add(item(json, handedOver++), true, device.now());
    } catch (SluiceException refused) {
      outstanding.decrementAndGet();
      cancelUpstream();
      onError(refused);
      return;
    }
    device.drain();
    if (entry == Intake.Entry.TAKEN) {
      requestOne();
    }
  }

  @Override
  public void onError(Throwable error) {
    upstreamError = error;
    upstreamDone = true;
    drain();
  }

  @Override
  public void onComplete() {
    upstreamDone = true;
    drain();
  }

  /** The item that waited has been let in. */
  void admitted() {
    requestOne();
  }

  void settle(Item item, Wire.Answer answer, @Nullable Rejection rejection) {
    settled.add(new Settled<>(ack(item, answer, rejection), item));
    drain();
  }

  /** The device has ended; what is outstanding will never be acked. */
  void failed(SluiceException reason) {
    failure = reason;
    cancelUpstream();
    drain();
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      demand.add(n);
      drain();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    cancelUpstream();
    intake.forget(this);
    drain();
  }

  private void requestOne() {
    Subscription source = upstream;
    if (source != null) {
      source.request(1);
    }
  }

  private void cancelUpstream() {
    Subscription source = upstream;
    if (source != null) {
      source.cancel();
    }
  }

  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      List<Item> freed = new ArrayList<>();
      while (cancelled || demand.isPresent()) {
        Settled<A> next = settled.poll();
        if (next == null) {
          break;
        }
        freed.add(next.item());
        if (!cancelled) {
          demand.spendOne();
          downstream.onNext(next.ack());
        }
        outstanding.decrementAndGet();
      }
      if (!freed.isEmpty()) {
        intake.release(freed);
      }
      if (!cancelled && settled.isEmpty()) {
        endIfDone();
      }
      missed = draining.addAndGet(-missed);
    } while (missed != 0);
  }

  private void endIfDone() {
    Throwable error = failure;
    boolean done = upstreamDone && outstanding.get() == 0;
    if (error == null && !done) {
      return;
    }
    cancelled = true;
    intake.forget(this);
    if (error == null) {
      error = upstreamError;
    }
    if (error == null) {
      downstream.onComplete();
    } else {
      downstream.onError(error);
    }
  }

  /** Events one by one; the device makes the frames. */
  static final class OfEvents extends Sending<EventAck> {
    OfEvents(SluiceDevice device, Intake intake, CoreSubscriber<? super EventAck> downstream) {
      super(device, intake, downstream);
    }

    @Override
    Item item(byte[] json, long index) {
      return Item.event(device.numbered(json), this, index);
    }

    @Override
    EventAck ack(Item item, Wire.Answer answer, @Nullable Rejection rejection) {
      return new EventAck(item.index, rejection);
    }
  }

  /** Frames of the caller's making. */
  static final class OfFrames extends Sending<FrameAck> {
    OfFrames(SluiceDevice device, Intake intake, CoreSubscriber<? super FrameAck> downstream) {
      super(device, intake, downstream);
    }

    @Override
    Item item(byte[] json, long index) {
      return Item.frame(json, this, index);
    }

    @Override
    FrameAck ack(Item item, Wire.Answer answer, @Nullable Rejection rejection) {
      return answer.ackOf(item.index);
    }
  }
}
