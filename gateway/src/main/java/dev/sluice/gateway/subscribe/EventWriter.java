package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.gateway.subscribe.WriterTurns.Body;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultHttpContent;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.netty.NettyPipeline;

/**
 * Writes one answer's events to its connection, whose head was written before.
 *
 * <p>The next event is asked for only when the one before was handed to the connection and the
 * connection can take more: its outbound buffer is full when it is above Netty's high water mark
 * (64 KiB), and at most one event goes beyond it. (The server's own writer asks for 128 elements
 * ahead, which is a second, hidden buffer of megabytes behind the subscriber's own, and takes a
 * task of the event loop for each element.)
 */
final class EventWriter extends ChannelInboundHandlerAdapter implements CoreSubscriber<QueryEvent> {
  private final Channel channel;
  private final WriterTurns turns;
  private final @Nullable ChannelHandlerContext encoder;
  private final Body body;
  private final Outflow.Way way;
  private final MonoSink<?> written;
  private final AtomicReference<@Nullable QueryEvent> next = new AtomicReference<>();
  private final AtomicReference<@Nullable Subscription> events = new AtomicReference<>();
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile boolean complete;

  /** Whether the head was written. On the event loop, as what follows. */
  private boolean open;

  /** Whether an event was asked for and has not come. */
  private boolean asked;

  private boolean pulling;

  private EventWriter(
      Channel channel, Format format, boolean chunked, Outflow.Way way, MonoSink<?> written) {
    this.channel = channel;
    this.turns = WriterTurns.of(channel.eventLoop());
    this.encoder = chunked ? channel.pipeline().context(NettyPipeline.HttpCodec) : null;
    this.body = new Body(format, encoder != null);
    this.way = way;
    this.written = written;
  }

  /**
   * Writes them; completes, without a value, when the last was handed to the connection. To be
   * subscribed to when the head was handed to the connection, or to its event loop.
   *
   * @param chunked whether the answer's head said that its body comes in chunks
   * @param way counts what is written
   */
  static <T> Mono<T> write(
      Publisher<QueryEvent> events,
      Channel channel,
      Format format,
      boolean chunked,
      Outflow.Way way) {
    return Mono.create(
        written -> {
          EventWriter writer = new EventWriter(channel, format, chunked, way, written);
          written.onDispose(writer::leave);
          // A task of its own: a turn that is due already may come before the head's.
          channel.eventLoop().execute(writer::open);
          events.subscribe(writer);
        });
  }

  /** Bytes that were handed to the connection and have not left the process. Any thread. */
  static long pending(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (!events.compareAndSet(null, subscription)) {
      // Whoever asked left before.
      subscription.cancel();
      return;
    }
    channel.pipeline().addFirst(this);
    turns.add(this);
  }

  @Override
  public void onNext(QueryEvent event) {
    next.set(event);
    if (!(channel.eventLoop().inEventLoop() && pulling)) {
      turns.add(this);
    }
  }

  @Override
  public void onComplete() {
    complete = true;
    turns.add(this);
  }

  @Override
  public void onError(Throwable failure) {
    written.error(failure);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
    if (channel.isWritable()) {
      turns.add(this);
    }
  }

  private void open() {
    open = true;
    turns.add(this);
  }

  /** Whether it did not wait for its turn already. */
  boolean beginWaiting() {
    return waiting.compareAndSet(false, true);
  }

  /** Its turn begins: what happens from now on is for another. */
  void endWaiting() {
    waiting.set(false);
  }

  /** Writes what there is, as far as the connection takes it. On the event loop. */
  void write() {
    if (!open) {
      return;
    }
    boolean wrote = false;
    while (true) {
      QueryEvent event = next.getAndSet(null);
      if (event != null) {
        asked = false;
        ByteBuf bytes = turns.bytes(event, body);
        way.took(event, bytes.readableBytes());
        send(bytes);
        wrote = true;
      } else if (asked || !channel.isWritable() || !ask()) {
        break;
      }
    }
    if (wrote) {
      flush();
    }
    if (complete && next.get() == null) {
      written.success();
    }
  }

  /** Ends the answer without its end: the connection is cut. */
  void fail(RuntimeException failure) {
    written.error(failure);
  }

  private void send(ByteBuf bytes) {
    if (encoder == null) {
      channel.write(new DefaultHttpContent(bytes));
    } else {
      encoder.write(bytes, channel.voidPromise());
    }
  }

  private void flush() {
    if (encoder == null) {
      channel.flush();
    } else {
      encoder.flush();
    }
  }

  private boolean ask() {
    Subscription subscription = events.get();
    if (subscription == null) {
      return false;
    }
    asked = true;
    pulling = true;
    try {
      subscription.request(1);
    } finally {
      pulling = false;
    }
    return true;
  }

  private void leave() {
    Subscription subscription = events.getAndSet(Operators.cancelledSubscription());
    if (subscription != null) {
      subscription.cancel();
    }
    channel.eventLoop().execute(this::removeHandler);
  }

  private void removeHandler() {
    if (channel.pipeline().context(this) != null) {
      channel.pipeline().remove(this);
    }
  }
}
