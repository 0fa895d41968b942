package dev.sluice.gateway.subscribe;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Asks for the next element only when the one before was handed to the connection and the
 * connection can take more.
 *
 * <p>The server's own writer asks for 128 elements ahead: with elements of many rows that is a
 * second, hidden buffer of megabytes behind the subscriber's own. Here the connection's outbound
 * buffer is full when it is above Netty's high water mark (64 KiB), and at most one element goes
 * beyond it.
 *
 * <p>The next element is asked for on the connection's event loop, after the writer's own task, so
 * that what was just handed over counts already.
 */
final class Outbound<T> extends Flux<T> {
  private final Publisher<T> source;
  private final Channel channel;

  private Outbound(Publisher<T> source, Channel channel) {
    this.source = source;
    this.channel = channel;
  }

  static <T> Flux<T> paced(Publisher<T> source, Channel channel) {
    return new Outbound<>(source, channel);
  }

  /** Bytes that were handed to the connection and have not left the process. Any thread. */
  static long pending(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public void subscribe(CoreSubscriber<? super T> actual) {
    source.subscribe(new Pace<>(actual, channel));
  }

  private static final class Pace<T> extends ChannelInboundHandlerAdapter
      implements CoreSubscriber<T>, Subscription {
    private final CoreSubscriber<? super T> actual;
    private final Channel channel;
    private final AtomicLong demand = new AtomicLong();
    private volatile @Nullable Subscription upstream;
    private volatile boolean asked;

    Pace(CoreSubscriber<? super T> actual, Channel channel) {
      this.actual = actual;
      this.channel = channel;
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      upstream = subscription;
      channel.pipeline().addFirst(this);
      actual.onSubscribe(this);
    }

    @Override
    public void request(long elements) {
      demand.accumulateAndGet(elements, Operators::addCap);
      askLater();
    }

    @Override
    public void onNext(T element) {
      demand.decrementAndGet();
      actual.onNext(element);
      asked = false;
      askLater();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      context.fireChannelWritabilityChanged();
      ask();
    }

    private void askLater() {
      channel.eventLoop().execute(this::ask);
    }

    /** On the event loop only. */
    private void ask() {
      Subscription subscription = upstream;
      if (subscription != null && !asked && demand.get() > 0 && channel.isWritable()) {
        asked = true;
        subscription.request(1);
      }
    }

    @Override
    public void cancel() {
      Subscription subscription = leave();
      if (subscription != null) {
        subscription.cancel();
      }
    }

    @Override
    public void onComplete() {
      leave();
      actual.onComplete();
    }

    @Override
    public void onError(Throwable failure) {
      leave();
      actual.onError(failure);
    }

    private @Nullable Subscription leave() {
      Subscription subscription = upstream;
      upstream = null;
      channel.eventLoop().execute(this::removeHandler);
      return subscription;
    }

    private void removeHandler() {
      if (channel.pipeline().context(this) != null) {
        channel.pipeline().remove(this);
      }
    }
  }
}
