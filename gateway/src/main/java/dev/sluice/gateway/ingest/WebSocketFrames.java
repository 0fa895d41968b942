package dev.sluice.gateway.ingest;

import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.WebSocketMessage;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The frames that a device sends over a WebSocket; one subscriber. Demand is told to a device that
 * speaks {@code sluice.v1}, and everything it sends is read; from any other, no more is read than
 * was asked for.
 *
 * <p>Cancelling does not end the connection: what still comes is thrown away, so that the door can
 * say why it ends, and the device can read it.
 */
final class WebSocketFrames extends Flux<byte[]>
    implements CoreSubscriber<WebSocketMessage>, Subscription {
  private final Flux<WebSocketMessage> messages;
  private final WebSocketNotices notices;
  private final boolean told;
  private final LongSupplier nanoTime;
  private volatile @Nullable CoreSubscriber<? super byte[]> actual;
  private volatile @Nullable Subscription upstream;
  private volatile boolean discarding;
  private volatile long lastHeard;
  private volatile boolean heldUp;

  /** Frames asked for that have not come; of the event loop and who asks, under the lock. */
  private long wanted;

  /**
   * @param told whether the device is told how much it may send
   */
  WebSocketFrames(
      Flux<WebSocketMessage> messages,
      WebSocketNotices notices,
      boolean told,
      LongSupplier nanoTime) {
    this.messages = messages;
    this.notices = notices;
    this.told = told;
    this.nanoTime = nanoTime;
    lastHeard = nanoTime.getAsLong();
  }

  @Override
  public void subscribe(CoreSubscriber<? super byte[]> subscriber) {
    actual = subscriber;
    messages.subscribe(this);
  }

  @Override
  public Context currentContext() {
    return subscriber().currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream = subscription;
    subscriber().onSubscribe(this);
    if (told) {
      subscription.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(WebSocketMessage message) {
    lastHeard = nanoTime.getAsLong();
    switch (message.getType()) {
      case TEXT, BINARY -> frame(message.getPayload());
      case PING -> {
        notices.pong(bytes(message.getPayload()));
        askAgain();
      }
      case PONG -> askAgain();
    }
  }

  private void frame(DataBuffer payload) {
    if (discarding) {
      return;
    }
    synchronized (this) {
      wanted--;
      heldUp = wanted <= 0;
    }
    if (told) {
      notices.arrived();
    }
    subscriber().onNext(bytes(payload));
  }

  /** What came was no frame: the one that was asked for is still to come. */
  private void askAgain() {
    if (!told && !discarding) {
      upstream().request(1);
    }
  }

  /** The buffer is the connection's, which frees it. */
  private static byte[] bytes(DataBuffer payload) {
    byte[] bytes = new byte[payload.readableByteCount()];
    payload.read(bytes);
    return bytes;
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    synchronized (this) {
      wanted = Operators.addCap(wanted, n);
      if (heldUp) {
        // It was not read, and so not heard.
        lastHeard = nanoTime.getAsLong();
        heldUp = false;
      }
    }
    if (told) {
      notices.credit(n);
    } else {
      upstream().request(n);
    }
  }

  @Override
  public void cancel() {
    discarding = true;
    upstream().request(Long.MAX_VALUE);
  }

  @Override
  public void onError(Throwable failure) {
    if (!discarding) {
      subscriber().onError(failure);
    }
  }

  @Override
  public void onComplete() {
    if (!discarding) {
      subscriber().onComplete();
    }
  }

  /** How long nothing has come although it would have been read; nanoseconds. */
  long silence() {
    return heldUp && !told ? 0 : nanoTime.getAsLong() - lastHeard;
  }

  private CoreSubscriber<? super byte[]> subscriber() {
    return Objects.requireNonNull(actual);
  }

  private Subscription upstream() {
    return Objects.requireNonNull(upstream);
  }
}
