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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Many subscribers to one query over server-sent events, who come back as a browser would: with the
 * id of the last event that they had. Each adds up the numbers of its rows. One thread serves all.
 */
final class StormSubscribers implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final long BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long TICK_MS = 5;
  private static final String ID = "id: ";
  private static final String ROW = "data: {\"window_start\"";

  private final Selector selector = Selector.open();
  private final List<One> subscribers = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Thread thread = new Thread(this::run, "subscribers");
  private final Random random = new Random(1);
  private final InetSocketAddress address;
  private final String target;
  private volatile long cutAt = Long.MIN_VALUE;
  private volatile boolean closed;

  /**
   * @param target path and query of a stream whose rows have {@code seq}, a number
   */
  StormSubscribers(int port, String target) throws IOException {
    this.address = new InetSocketAddress(Server.HOST, port);
    this.target = target;
    thread.setDaemon(true);
  }

  /** Lets so many come, within a second, and waits for the heads of their answers. */
  void join(int count, Duration limit) throws Exception {
    for (int i = 0; i < count; i++) {
      subscribers.add(new One(System.nanoTime() + jitter()));
    }
    thread.start();
    long until = System.nanoTime() + limit.toNanos();
    while (!subscribers.stream().allMatch(one -> one.head)) {
      if (System.nanoTime() > until) {
        throw new WrongCount("some subscribers have no answer");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS));
    }
  }

  /** Cuts all connections at once; they come back within a second. */
  void cut() {
    cutAt = System.nanoTime();
    selector.wakeup();
  }

  /**
   * Waits until each has a row of after a moment.
   *
   * @param since as {@link System#nanoTime()}
   * @return when each had its first, ns after it, in ascending order
   */
  long[] rowsSince(long since, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < until
        && !subscribers.stream().allMatch(one -> one.firstRowSince > since)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MS));
    }
    return subscribers.stream()
        .mapToLong(one -> one.firstRowSince - since)
        .filter(nanos -> nanos > 0)
        .sorted()
        .toArray();
  }

  /** What each has added up. */
  long[] sums() {
    return subscribers.stream().mapToLong(one -> one.sum).toArray();
  }

  private long jitter() {
    return (long) (random.nextDouble() * BACK_OFF_NANOS);
  }

  private void run() {
    long cut = cutAt;
    try {
      while (!closed) {
        selector.select(this::ready, TICK_MS);
        if (cut != cutAt) {
          cut = cutAt;
          for (One one : subscribers) {
            one.cut();
          }
        }
        for (One one : subscribers) {
          one.connectIfDue();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void ready(SelectionKey key) {
    One one = (One) key.attachment();
    try {
      if (key.isConnectable()) {
        one.connected(key);
      } else {
        one.read(key);
      }
    } catch (IOException e) {
      one.lost();
    }
  }

  @Override
  public void close() throws Exception {
    closed = true;
    selector.wakeup();
    thread.join();
    for (One one : subscribers) {
      one.lost();
    }
    selector.close();
  }

  private final class One {
    private final StringBuilder line = new StringBuilder();
    private @Nullable SocketChannel channel;
    private long connectAt;
    private String lastId = "";
    private volatile boolean head;
    private volatile boolean away = true;
    private volatile long firstRowSince;
    private volatile long sum;

    One(long connectAt) {
      this.connectAt = connectAt;
    }

    void connectIfDue() throws IOException {
      if (channel == null && System.nanoTime() - connectAt >= 0) {
        SocketChannel fresh = SocketChannel.open();
        fresh.setOption(StandardSocketOptions.SO_LINGER, 0);
        fresh.configureBlocking(false);
        fresh.register(selector, SelectionKey.OP_CONNECT, this);
        channel = fresh;
        line.setLength(0);
        try {
          fresh.connect(address);
        } catch (IOException e) {
          lost();
        }
      }
    }

    void connected(SelectionKey key) throws IOException {
      SocketChannel open = (SocketChannel) key.channel();
      open.finishConnect();
      String id = lastId.isEmpty() ? "" : "Last-Event-ID: " + lastId + "\r\n";
      String request =
          "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + id;
      open.write(ByteBuffer.wrap((request + "\r\n").getBytes(StandardCharsets.US_ASCII)));
      key.interestOps(SelectionKey.OP_READ);
    }

    void read(SelectionKey key) throws IOException {
      buffer.clear();
      int length = ((SocketChannel) key.channel()).read(buffer);
      if (length < 0) {
        lost();
        return;
      }
      head = true;
      buffer.flip();
      while (buffer.hasRemaining()) {
        char c = (char) buffer.get();
        if (c == '\n') {
          line(line.toString());
          line.setLength(0);
        } else if (c != '\r') {
          line.append(c);
        }
      }
    }

    private void line(String text) {
      if (text.startsWith(ID)) {
        lastId = text.substring(ID.length());
      } else if (text.startsWith(ROW)) {
        int at = text.indexOf("\"seq\":") + "\"seq\":".length();
        int end = at;
        while (Character.isDigit(text.charAt(end))) {
          end++;
        }
        sum += Long.parseLong(text.substring(at, end));
        if (away) {
          away = false;
          firstRowSince = System.nanoTime();
        }
      }
    }

    void cut() {
      lost();
      away = true;
      connectAt = System.nanoTime() + jitter();
    }

    private void lost() {
      SocketChannel open = channel;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        channel = null;
        connectAt = System.nanoTime() + BACK_OFF_NANOS + jitter();
      }
    }
  }
}
