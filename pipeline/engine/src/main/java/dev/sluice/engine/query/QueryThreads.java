package dev.sluice.engine.query;

import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import java.util.Comparator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.function.Consumer;

/**
 * The threads that run queries at the tail, a few batches a slice; who has used least time runs
 * next.
 *
 * <p>A feed is queued at most once, so the queue holds no more than there are queries.
 */
final class QueryThreads implements AutoCloseable {
  private static final int FIRST_CAPACITY = 64;

  private final PriorityBlockingQueue<Feed> queue =
      new PriorityBlockingQueue<>(FIRST_CAPACITY, Comparator.comparingLong(feed -> feed.used));
  private final Thread[] threads;
  private final Consumer<Feed> onLeft;
  private final Work work;
  private volatile long leastUsed;

  /**
   * @param maxQueries most feeds that there are
   * @param onLeft called when a feed is not at the tail any more, or is done
   */
  QueryThreads(int count, int maxQueries, Consumer<Feed> onLeft, Flow flow) {
    this.onLeft = onLeft;
    Hop hop = new Hop(Stage.QUERIES, "live").state("threads", () -> count);
    work = new Work(hop);
    flow.add(hop);
    flow.add(
        new Buffer(
            Label.of(Stage.QUERIES, "run"),
            new Buffer.Room("queries", queue::size, maxQueries),
            "each query waits its turn, once"));
    threads = new Thread[count];
    for (int i = 0; i < count; i++) {
      threads[i] = new Thread(this::run, "sluice-query-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  /** Runs the feed soon. Any thread. */
  void wake(Feed feed) {
    if (feed.wanted.getAndIncrement() == 0) {
      // Who slept does not get back the time it did not use.
      feed.used = Math.max(feed.used, leastUsed);
      queue.add(feed);
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        runSlice(queue.take());
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void runSlice(Feed feed) {
    int wanted = feed.wanted.get();
    boolean wasLive = feed.isLive();
    leastUsed = Math.max(leastUsed, feed.used);
    long start = System.nanoTime();
    boolean more = false;
    Work.Mark before = Work.mark(feed);
    try {
      more = feed.slice();
    } catch (RuntimeException | Error e) {
      // An Error too: the thread runs other queries, and this one's subscribers wait for an end.
      feed.fail(e);
    }
    feed.used += System.nanoTime() - start;
    work.since(before, feed);
    if (more) {
      queue.add(feed);
      return;
    }
    boolean left = wasLive && !feed.isLive();
    if (feed.wanted.addAndGet(-wanted) != 0) {
      queue.add(feed);
    }
    if (left) {
      onLeft.accept(feed);
    }
  }

  @Override
  public void close() {
    for (Thread thread : threads) {
      thread.interrupt();
    }
  }
}
