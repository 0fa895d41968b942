package dev.sluice.client;

import io.netty.buffer.Unpooled;
import io.rsocket.Payload;
import io.rsocket.util.ByteBufPayload;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * The frames of one connection: one leaves for each that the gateway has asked for, and none
 * besides.
 */
final class Outbound implements Publisher<Payload>, Subscription {
  private final SluiceDevice device;
  private final Outbox outbox;
  private final byte[] route;
  private final Demand demand = new Demand();
  private final AtomicInteger draining = new AtomicInteger();
  private volatile @Nullable Subscriber<? super Payload> subscriber;
  private final Sinks.Empty<Void> refused = Sinks.empty();
  private volatile boolean cancelled;
  private volatile boolean finishing;

  /** Touched by the draining thread alone. */
  private boolean begun;

  /** Touched by the connection's event loop alone. */
  private long answers;

  Outbound(SluiceDevice device, Outbox outbox, byte[] route) {
    this.device = device;
    this.outbox = outbox;
    this.route = route;
  }

  @Override
  public void subscribe(Subscriber<? super Payload> actual) {
    subscriber = actual;
    actual.onSubscribe(this);
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
    refused.tryEmitEmpty();
  }

  /** Completes when the other side takes no more frames. */
  Mono<Void> whenRefused() {
    return refused.asMono();
  }

  /** No frame follows. */
  void finish() {
    finishing = true;
    drain();
  }

  Wire.Answer answer(byte[] ack) {
    return Wire.answer(ack, answers++);
  }

  /** Sends what is due, as far as the gateway has asked for it. */
  void drain() {
    Subscriber<? super Payload> actual = subscriber;
    if (actual == null || draining.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      while (!cancelled && !finishing && demand.isPresent()) {
        Frame frame = outbox.poll(this, device.now());
        if (frame == null) {
          break;
        }
        demand.spendOne();
        actual.onNext(payload(frame));
      }
      if (finishing && !cancelled) {
        cancelled = true;
        actual.onComplete();
      }
      missed = draining.addAndGet(-missed);
    } while (missed != 0);
    if (!cancelled && demand.isPresent()) {
      device.lingerFor(outbox.untilDue(device.now()));
    }
  }

  private Payload payload(Frame frame) {
    if (begun) {
      return ByteBufPayload.create(Unpooled.wrappedBuffer(frame.data));
    }
    begun = true;
    return ByteBufPayload.create(Unpooled.wrappedBuffer(frame.data), Unpooled.wrappedBuffer(route));
  }
}
