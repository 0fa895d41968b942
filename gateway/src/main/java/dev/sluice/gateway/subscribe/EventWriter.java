package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryEvent;
import dev.sluice.engine.query.QueryEvent.Format;
import dev.sluice.gateway.subscribe.WriterTurns.Body;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
 * (64 KiB), and at most one event goes beyond it. One that comes when nothing waits goes to the
 * socket at once ({@link StraightOut}); several that wait go together, in one write. (The server's
 * own writer asks for 128 elements ahead, which is a second, hidden buffer of megabytes behind the
 * subscriber's own, and takes a task of the event loop for each element.)
 */
final class EventWriter extends ChannelInboundHandlerAdapter implements CoreSubscriber<QueryEvent> {
  private final Channel channel;
  private final WriterTurns turns;
  private final @Nullable ChannelHandlerContext encoder;
  private final @Nullable StraightOut straight;
  private final Body body;
  private final Outflow.Way way;
  private final MonoSink<?> written;
  private final AtomicReference<@Nullable Subscription> events = new AtomicReference<>();
  private final AtomicBoolean waiting = new AtomicBoolean();

  /** Whether the head was written. On the event loop, as what follows. */
  private boolean open;

  /** Whether an event was asked for and has not come. */
  private boolean asked;

  private boolean pulling;

  /** Whether the last event has come. */
  private boolean ended;

  /** What came while it was asked for, or before the head was written. */
  private @Nullable QueryEvent held;

  private EventWriter(
      Channel channel, Format format, boolean chunked, Outflow.Way way, MonoSink<?> written) {
    this.channel = channel;
    this.turns = WriterTurns.of(channel.eventLoop());
    this.encoder = chunked ? channel.pipeline().context(NettyPipeline.HttpCodec) : null;
    this.straight = encoder == null ? null : StraightOut.past(encoder);
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
    if (channel.eventLoop().inEventLoop() && pulling) {
      held = event;
    } else {
      turns.add(this, event);
    }
  }

  @Override
  public void onComplete() {
    turns.addLast(this);
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

  /**
   * Writes what there is, as far as the connection takes it. On the event loop.
   *
   * @param came since its last turn; only one event is asked for at a time
   * @param last whether no more will come
   */
  void write(@Nullable QueryEvent came, boolean last) {
    ended |= last;
    if (!open) {
      held = came == null ? held : came;
      return;
    }
    boolean waits = false;
    QueryEvent event = came == null ? takeHeld() : came;
    while (event != null || mayAsk()) {
      if (event == null) {
        ask();
        event = takeHeld();
        continue;
      }
      asked = false;
      ByteBuf bytes = turns.bytes(event, body);
      turns.count(way, event, bytes.readableBytes());
      // What comes right after it is written with it.
      if (channel.bytesBeforeUnwritable() > bytes.readableBytes()) {
        ask();
      }
      event = takeHeld();
      int sent = waits || event != null || straight == null ? 0 : straight.write(bytes);
      if (sent < bytes.readableBytes()) {
        send(bytes.retainedDuplicate().skipBytes(sent));
        waits = true;
      }
    }
    if (waits) {
      flush();
    }
    if (ended) {
      written.success();
    }
  }

  private boolean mayAsk() {
    return !asked && channel.isWritable() && events.get() != null;
  }

  private @Nullable QueryEvent takeHeld() {
    QueryEvent event = held;
    if (event != null) {
      held = null;
    }
    return event;
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

  private void ask() {
    Subscription subscription = events.get();
    if (subscription == null) {
      return;
    }
    asked = true;
    pulling = true;
    try {
      subscription.request(1);
    } finally {
      pulling = false;
    }
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
