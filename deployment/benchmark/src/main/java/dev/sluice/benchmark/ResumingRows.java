package dev.sluice.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query's rows, read on a thread of its own as a browser's EventSource would: where the gateway
 * cuts a reader off that has fallen behind, it goes on after the last id.
 */
final class ResumingRows implements AutoCloseable {
  private static final String CUT_OFF = "SLOW_SUBSCRIBER";
  private static final Pattern ID = Pattern.compile("^id: (\\S+)$", Pattern.MULTILINE);
  private static final int TAIL_BYTES = 8 << 10;
  private static final long CLOSED_WITHIN_SECONDS = 10;

  private final Http http;
  private final Map<String, String> question = new HashMap<>();
  private final Duration limit;
  private final Numbers.Found found;
  private final CompletableFuture<Void> reading;
  private volatile InputStream rows;
  private volatile boolean closed;
  private volatile int cutOff;

  /** Asks, and reads from then on. */
  ResumingRows(Http http, String sql, Duration limit, Numbers.Found found)
      throws IOException, InterruptedException {
    this.http = http;
    this.limit = limit;
    this.found = found;
    question.put("sql", sql);
    rows = http.ask(limit, Http.SSE, question);
    reading = CompletableFuture.runAsync(this::read, task -> new Thread(task, "rows").start());
  }

  /** How often it was cut off. */
  int cutOff() {
    return cutOff;
  }

  /** It has not ended for another reason. */
  void requireOpen() throws Exception {
    if (reading.isDone()) {
      reading.get(0, TimeUnit.SECONDS);
      throw new WrongCount("the answer has ended");
    }
  }

  private void read() {
    while (!closed) {
      String end = readOne();
      String id = lastId(end);
      if (closed) {
        return;
      }
      if (id == null || !end.contains(CUT_OFF)) {
        throw new IllegalStateException("the answer has ended: " + end);
      }
      cutOff++;
      question.put("after", id);
      try {
        rows = http.ask(limit, Http.SSE, question);
      } catch (IOException e) {
        throw new IllegalStateException("the answer does not go on", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Reads all there is of an answer; returns how it ends. */
  private String readOne() {
    Numbers numbers = new Numbers();
    byte[] buffer = new byte[64 << 10];
    StringBuilder tail = new StringBuilder();
    int length;
    try {
      while ((length = rows.read(buffer)) >= 0) {
        numbers.read(buffer, length, System.nanoTime(), found);
        int from = Math.max(0, length - TAIL_BYTES);
        tail.append(new String(buffer, from, length - from, StandardCharsets.ISO_8859_1));
        tail.delete(0, Math.max(0, tail.length() - TAIL_BYTES));
      }
    } catch (IOException e) {
      // Closed at the end of the round; before it, the missing events tell.
    }
    return tail.toString();
  }

  private static @Nullable String lastId(String end) {
    String last = null;
    for (Matcher id = ID.matcher(end); id.find(); ) {
      last = id.group(1);
    }
    return last;
  }

  @Override
  public void close() throws Exception {
    closed = true;
    rows.close();
    try {
      reading.get(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the answer's reader does not end", e);
    }
  }
}
