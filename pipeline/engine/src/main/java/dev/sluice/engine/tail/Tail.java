package dev.sluice.engine.tail;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one stream's newest events into its ring, for as long as somebody wants them. */
public final class Tail {
  private static final Logger log = LoggerFactory.getLogger(Tail.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long what is new waits at most while any followers wait for their turn. */
  private static final int GATHER_MS = 100;

  /** The same while most of them do. */
  private static final int GATHER_FOR_MOST_MS = 2_000;

  private static final int GATHER_STEP_MS = 5;
  private static final long CLOSE_MS = 2_000;
  private static final long RETRY_MS = 500;

  private final CatalogStream stream;
  private final EventLog eventLog;
  private final int dedupeCapacity;
  private final IntSupplier waiting;
  private final TailRing ring;
  private final Thread thread;
  private final List<Runnable> followers = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  Tail(
      CatalogStream stream,
      EventLog eventLog,
      int capacity,
      int dedupeCapacity,
      IntSupplier waiting) {
    this.stream = stream;
    this.eventLog = eventLog;
    this.dedupeCapacity = dedupeCapacity;
    this.waiting = waiting;
    this.thread = new Thread(this::run, "sluice-tail-" + stream.definition().name());
    this.ring = new TailRing(capacity, stream.definition().storage().partitions());
  }

  public TailRing ring() {
    return ring;
  }

  public CatalogStream stream() {
    return stream;
  }

  /** Calls the follower after new batches, on the tail's thread; it must not wait. */
  public void follow(Runnable follower) {
    followers.add(follower);
  }

  public void unfollow(Runnable follower) {
    followers.remove(follower);
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends soon; see {@link #join}. */
  void close() {
    closed.countDown();
  }

  /** Waits, for a while, until the tail has ended. */
  void join() throws InterruptedException {
    thread.join(CLOSE_MS);
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void run() {
    while (!isClosed()) {
      try (LogReader reader = eventLog.openReader(stream)) {
        follow(reader);
      } catch (ProblemException e) {
        log.warn(
            "Tail lost its stream stream={} problem={}",
            stream.definition().name(),
            e.getMessage());
      } catch (RuntimeException e) {
        log.error("Tail failed stream={}", stream.definition().name(), e);
      }
      try {
        if (closed.await(RETRY_MS, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void follow(LogReader reader) {
    Map<Integer, PartitionScan> scans =
        new WarmUp(stream.definition(), dedupeCapacity, reader, this::isClosed).scans();
    if (isClosed()) {
      return;
    }
    reader.assign(scans.values());
    ring.start(positions(scans), watermarks(scans));
    while (!isClosed()) {
      List<EventBatch> batches = reader.poll(POLL);
      batches.forEach(ring::publish);
      if (!batches.isEmpty()) {
        followers.forEach(Runnable::run);
        gather();
      }
    }
  }

  /**
   * Waits while the followers have not come to all of them. A batch has a price for every query
   * whatever its size: where there are many, few large batches are what they can keep up with.
   */
  private void gather() {
    try {
      for (int waited = 0; isWorthWaiting(waited); waited += GATHER_STEP_MS) {
        if (closed.await(GATHER_STEP_MS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isWorthWaiting(int waitedMs) {
    int behind = waiting.getAsInt();
    return waitedMs < GATHER_MS
        ? behind > 0
        : waitedMs < GATHER_FOR_MOST_MS && behind > followers.size() / 2;
  }

  private static long[] positions(Map<Integer, PartitionScan> scans) {
    long[] positions = new long[scans.size()];
    scans.values().forEach(scan -> positions[scan.partition()] = scan.position());
    return positions;
  }

  private static long[] watermarks(Map<Integer, PartitionScan> scans) {
    long[] watermarks = new long[scans.size()];
    scans.values().forEach(scan -> watermarks[scan.partition()] = scan.watermark());
    return watermarks;
  }
}
