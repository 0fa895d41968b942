package dev.sluice.benchmark;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * One subscriber's answer as lines of server-sent events: what its rows count, and how far it is.
 */
final class Rows implements Flow.Subscriber<String> {
  private static final String DATA = "data:";
  private static final String WATERMARK = "{\"watermark\":\"";
  private static final String COUNT = "\"n\":";
  private static final String READ = "\"read\":";

  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final CompletableFuture<Void> reached = new CompletableFuture<>();
  private volatile long wanted = Long.MAX_VALUE;
  private volatile long counted;
  private volatile long read;
  private volatile long watermark = Long.MIN_VALUE;
  private volatile String problem = "";
  private volatile String accounting = "";

  /** Done when the first event has come. */
  CompletableFuture<Void> opened() {
    return opened;
  }

  /** Done when a watermark has come that is at or after this time, ms of the epoch. */
  CompletableFuture<Void> reaches(long time) {
    wanted = time;
    if (watermark >= time) {
      reached.complete(null);
    }
    return reached;
  }

  /** The sum of the rows' {@code n}. */
  long counted() {
    return counted;
  }

  /** Records that the query had read at the last watermark. */
  long read() {
    return read;
  }

  /** The last watermark, as it came. */
  String accounting() {
    return accounting;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one line at a time
  public void onNext(String line) {
    if (line.startsWith("event:") && line.endsWith("error")) {
      problem = line;
    }
    if (!line.startsWith(DATA)) {
      return;
    }
    opened.complete(null);
    int stated = line.indexOf(WATERMARK);
    if (stated >= 0) {
      int from = stated + WATERMARK.length();
      accounting = line;
      read = number(line, line.indexOf(READ) + READ.length());
      watermark = Instant.parse(line.substring(from, line.indexOf('"', from))).toEpochMilli();
      if (watermark >= wanted) {
        reached.complete(null);
      }
    } else if (!problem.isEmpty()) {
      problem = line;
      onError(new IllegalStateException(line));
    } else {
      int count = line.indexOf(COUNT);
      counted += count < 0 ? 0 : number(line, count + COUNT.length());
    }
  }

  private static long number(String line, int from) {
    long number = 0;
    for (int i = from; i < line.length() && Character.isDigit(line.charAt(i)); i++) {
      number = 10 * number + line.charAt(i) - '0';
    }
    return number;
  }

  @Override
  public void onError(Throwable failure) {
    opened.completeExceptionally(failure);
    reached.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    onError(new IllegalStateException("the answer has ended"));
  }
}
