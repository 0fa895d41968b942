package dev.sluice.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many subscribers to one server-sent stream, as cheap as they can be: one thread drains all of
 * them, and looks for the number in each row.
 */
final class Crowd implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int CONNECT_AT_ONCE = 200;
  private static final long OPENED_WITHIN_SECONDS = 60;
  private static final long JOINED_WITHIN_MS = 10_000;

  private final Selector selector = Selector.open();
  private final List<Member> members = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final byte[] bytes = new byte[BUFFER_BYTES];
  private final Thread thread = new Thread(this::run, "crowd");
  private volatile CountDownLatch heads = new CountDownLatch(0);
  private volatile Arrivals arrivals;
  private volatile boolean closed;

  private Crowd(Arrivals arrivals) throws IOException {
    this.arrivals = arrivals;
  }

  /**
   * Connects them and waits until each has the head of its answer.
   *
   * @param target path and query
   */
  static Crowd join(int port, String target, int size, Arrivals arrivals) throws Exception {
    Crowd crowd = new Crowd(arrivals);
    byte[] request =
        ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    crowd.thread.setDaemon(true);
    crowd.thread.start();
    for (int begun = 0; begun < size; begun += CONNECT_AT_ONCE) {
      int more = Math.min(CONNECT_AT_ONCE, size - begun);
      crowd.heads = new CountDownLatch(more);
      for (int i = 0; i < more; i++) {
        crowd.members.add(crowd.connect(port, request));
      }
      crowd.selector.wakeup();
      if (!crowd.heads.await(OPENED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        crowd.close();
        throw new WrongCount(crowd.heads.getCount() + " subscribers had no answer");
      }
    }
    return crowd;
  }

  private Member connect(int port, byte[] request) throws IOException {
    SocketChannel channel = SocketChannel.open(new InetSocketAddress(Server.HOST, port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.write(ByteBuffer.wrap(request));
    channel.configureBlocking(false);
    Member member = new Member(channel);
    channel.register(selector, SelectionKey.OP_READ, member);
    return member;
  }

  /** Counts rows here from now on. */
  void count(Arrivals next) {
    arrivals = next;
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::read, JOINED_WITHIN_MS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(SelectionKey key) {
    Member member = (Member) key.attachment();
    try {
      buffer.clear();
      int length = member.channel.read(buffer);
      if (length < 0) {
        key.cancel();
        arrivals.lost();
        return;
      }
      buffer.flip().get(bytes, 0, length);
      if (!member.head) {
        member.head = true;
        heads.countDown();
      }
      member.numbers.read(bytes, length, System.nanoTime(), arrivals);
    } catch (IOException e) {
      key.cancel();
      arrivals.lost();
    }
  }

  @Override
  public void close() throws Exception {
    closed = true;
    selector.wakeup();
    thread.join();
    for (Member member : members) {
      member.channel.close();
    }
    selector.close();
  }

  /** A connection. */
  private static final class Member {
    private final SocketChannel channel;
    private final Numbers numbers = new Numbers();
    private boolean head;

    Member(SocketChannel channel) {
      this.channel = channel;
    }
  }
}
