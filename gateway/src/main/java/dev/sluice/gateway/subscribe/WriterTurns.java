package dev.sluice.gateway.subscribe;

import dev.sluice.engine.query.QueryEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes what an event loop's connections have to write in one task of that loop, however many
 * connections an event goes to; within it, an event's bytes are one buffer that all of them share.
 *
 * <p>A writer waits at most once, so that no more wait than the loop has connections.
 */
final class WriterTurns {
  private static final Map<EventLoop, WriterTurns> ALL = new ConcurrentHashMap<>();

  /** Events whose buffers are kept during a turn; connections that are abreast want the same. */
  private static final int KEPT = 8;

  private final EventLoop loop;
  private final Queue<EventWriter> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wanted = new AtomicInteger();
  private final List<Shared> kept = new ArrayList<>(KEPT);

  private WriterTurns(EventLoop loop) {
    this.loop = loop;
  }

  /** The turns of a loop, for as long as that lives. */
  static WriterTurns of(EventLoop loop) {
    return ALL.computeIfAbsent(
        loop,
        one -> {
          one.terminationFuture().addListener(ended -> ALL.remove(one));
          return new WriterTurns(one);
        });
  }

  /** Lets it write soon, once, however often it is said before. Any thread. */
  void add(EventWriter writer) {
    if (!writer.beginWaiting()) {
      return;
    }
    waiting.add(writer);
    if (wanted.getAndIncrement() == 0) {
      loop.execute(this::run);
    }
  }

  private void run() {
    int served = wanted.get();
    for (int i = 0; i < served; i++) {
      write(Objects.requireNonNull(waiting.poll()));
    }
    release();
    if (wanted.addAndGet(-served) != 0) {
      // Not at once: the loop reads, too.
      loop.execute(this::run);
    }
  }

  /** The others' turns go on whatever becomes of one. */
  private static void write(EventWriter writer) {
    writer.endWaiting();
    try {
      writer.write();
    } catch (RuntimeException e) {
      writer.fail(e);
    }
  }

  /** An event's bytes, the caller's to write or release. On the loop. */
  ByteBuf bytes(QueryEvent event, Body body) {
    for (Shared one : kept) {
      if (one.event == event && one.body.equals(body)) {
        return one.bytes.retainedDuplicate();
      }
    }
    if (kept.size() == KEPT) {
      kept.remove(0).bytes.release();
    }
    ByteBuf bytes = body.bytes(event);
    kept.add(new Shared(event, body, bytes));
    return bytes.retainedDuplicate();
  }

  /** How many wait for their turn. */
  int waiting() {
    return waiting.size();
  }

  private void release() {
    kept.forEach(one -> one.bytes.release());
    kept.clear();
  }

  private record Shared(QueryEvent event, Body body, ByteBuf bytes) {}

  /**
   * How events become an answer's body.
   *
   * @param chunks whether each is a chunk of HTTP/1.1 already, for which the server's own encoder,
   *     which would make three buffers of it for every connection, is passed by
   */
  record Body(QueryEvent.Format format, boolean chunks) {
    private static final byte[] LINE_END = {'\r', '\n'};

    ByteBuf bytes(QueryEvent event) {
      byte[] encoded = event.encoded(format);
      if (!chunks) {
        return Unpooled.wrappedBuffer(encoded);
      }
      byte[] length = Integer.toHexString(encoded.length).getBytes(StandardCharsets.US_ASCII);
      return ByteBufAllocator.DEFAULT
          .directBuffer(length.length + encoded.length + 2 * LINE_END.length)
          .writeBytes(length)
          .writeBytes(LINE_END)
          .writeBytes(encoded)
          .writeBytes(LINE_END);
    }
  }
}
