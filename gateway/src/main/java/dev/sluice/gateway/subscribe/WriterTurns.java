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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes what an event loop's connections have to write in few tasks of that loop, however many
 * connections an event goes to; within each, an event's bytes are one buffer that all of them
 * share.
 *
 * <p>A writer waits at most thrice, with the one event that it has asked for, to be looked at, and
 * with its end: so no more wait than three times the loop's connections.
 */
final class WriterTurns {
  private static final Map<EventLoop, WriterTurns> ALL = new ConcurrentHashMap<>();

  /** Events whose buffers are kept during a turn; connections that are abreast want the same. */
  private static final int KEPT = 8;

  /** Turns of a task, some 2 ms: the loop has devices and others' requests to read, too. */
  static final int PORTION = 256;

  private final EventLoop loop;
  private final Queue<Due> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger wanted = new AtomicInteger();
  private final List<Shared> kept = new ArrayList<>(KEPT);
  private final Tally tally = new Tally();

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
    if (writer.beginWaiting()) {
      add(new Due(writer, null, false));
    }
  }

  /** Has an event written soon. Any thread. */
  void add(EventWriter writer, QueryEvent event) {
    add(new Due(writer, event, false));
  }

  /** Tells it, after what was added for it before, that this was all. Any thread. */
  void addLast(EventWriter writer) {
    add(new Due(writer, null, true));
  }

  private void add(Due due) {
    waiting.add(due);
    if (wanted.getAndIncrement() == 0) {
      loop.execute(this::run);
    }
  }

  private void run() {
    int served = Math.min(PORTION, wanted.get());
    for (int i = 0; i < served; i++) {
      Objects.requireNonNull(waiting.poll()).write();
    }
    release();
    tally.report();
    if (wanted.addAndGet(-served) != 0) {
      // By the clock: a task that is merely added comes before the loop reads again, for up to 1 s.
      loop.schedule(this::run, 0, TimeUnit.NANOSECONDS);
    }
  }

  /** An event's bytes, for this turn: to be retained by who keeps them longer. On the loop. */
  ByteBuf bytes(QueryEvent event, Body body) {
    for (Shared one : kept) {
      if (one.event == event && one.body.equals(body)) {
        return one.bytes;
      }
    }
    if (kept.size() == KEPT) {
      kept.remove(0).bytes.release();
    }
    ByteBuf bytes = body.bytes(event);
    kept.add(new Shared(event, body, bytes));
    return bytes;
  }

  /** Counts what is written. On the loop. */
  void count(Outflow.Way way, QueryEvent event, long bytes) {
    tally.add(way, event.rows(), bytes);
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
   * A writer's turn. (The event is here and not in the writer: it is young, and the writer old. For
   * each such reference the collector would look at the writer again.)
   *
   * @param event that has come, if any
   * @param last whether no more will come
   */
  private record Due(EventWriter writer, @Nullable QueryEvent event, boolean last) {

    /** The others' turns go on whatever becomes of one. */
    void write() {
      if (event == null && !last) {
        writer.endWaiting();
      }
      try {
        writer.write(event, last);
      } catch (RuntimeException e) {
        writer.fail(e);
      }
    }
  }

  /** What one way has taken in a turn: a counter that all loops share is touched once a turn. */
  private static final class Tally {
    private Outflow.@Nullable Way way;
    private long events;
    private long rows;
    private long bytes;

    void add(Outflow.Way taking, long moreRows, long moreBytes) {
      if (way != taking) {
        report();
        way = taking;
      }
      events++;
      rows += moreRows;
      bytes += moreBytes;
    }

    void report() {
      if (way != null && events != 0) {
        way.took(events, rows, bytes);
      }
      events = 0;
      rows = 0;
      bytes = 0;
    }
  }

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
