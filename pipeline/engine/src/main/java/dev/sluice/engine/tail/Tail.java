package dev.sluice.engine.tail;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Latency;
import dev.sluice.engine.flow.Stage;
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
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one stream's newest events into its ring, for as long as somebody wants them. */
public final class Tail {
  private static final Logger log = LoggerFactory.getLogger(Tail.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long what is new waits at most for followers to come to what there is. */
  private static final int GATHER_MS = 1_000;

  /** The same if they were behind before. */
  private static final int GATHER_FOR_LATE_MS = 200;

  private static final int GATHER_STEP_MS = 5;

  /** So many followers, and one in so many, are waited for by nobody. */
  private static final int FEW = 8;

  private static final long CLOSE_MS = 2_000;
  private static final long RETRY_MS = 500;

  private final CatalogStream stream;
  private final EventLog eventLog;
  private final int dedupeCapacity;
  private final TailRing ring;
  private final Thread thread;
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Label label;
  private final Hop hop;
  private final LongAdder batches;
  private final LongAdder events;
  private final Latency latency;
  private final LongAdder gathered = new LongAdder();

  Tail(CatalogStream stream, EventLog eventLog, int capacity, int dedupeCapacity) {
    this.stream = stream;
    this.eventLog = eventLog;
    this.dedupeCapacity = dedupeCapacity;
    this.thread = new Thread(this::run, "sluice-tail-" + stream.definition().name());
    this.ring = new TailRing(capacity, stream.definition().storage().partitions());
    this.label = new Label(Stage.TAIL, "tail", stream.definition().name());
    this.hop = new Hop(label).state("followers", followers::size);
    this.batches = hop.counting("batches");
    this.events = hop.counting("events");
    this.latency = hop.timing("ingested to readable by live queries");
  }

  /** What the slowest follower that is on the ring has not taken. */
  Buffer buffer() {
    return new Buffer(
            label,
            new Buffer.Room("events", this::untaken, ring.capacity()),
            "a query that the ring has passed reads the log until it has caught up")
        .dropping("queries", ring::passed)
        .waiting("ms", gathered::sum);
  }

  Hop hop() {
    return hop;
  }

  private long untaken() {
    long least = ring.next();
    for (Follower follower : followers) {
      long place = follower.place();
      least = place < 0 ? least : Math.min(least, place);
    }
    return ring.eventsFrom(least);
  }

  public TailRing ring() {
    return ring;
  }

  public CatalogStream stream() {
    return stream;
  }

  /** Wakes the follower after new batches. */
  public void follow(Follower follower) {
    followers.add(follower);
  }

  public void unfollow(Follower follower) {
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
      List<EventBatch> polled = reader.poll(POLL);
      long before = ring.next();
      polled.forEach(this::publish);
      if (!polled.isEmpty()) {
        followers.forEach(Follower::wake);
        gather(before, ring.next());
      }
    }
  }

  private void publish(EventBatch batch) {
    ring.publish(batch);
    batches.increment();
    if (batch.size() > 0) {
      events.add(batch.size());
      long newest = batch.log().ingested()[batch.size() - 1];
      latency.took(System.currentTimeMillis() - newest, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Waits until the followers have come to the newest batches. A batch has a price for every query
   * whatever its size: where there are many, few large batches are what they can keep up with. For
   * those who were behind before it waits for less long, and for a few who take long not at all.
   */
  private void gather(long before, long after) {
    try {
      for (int waited = 0; waited < GATHER_MS; waited += GATHER_STEP_MS) {
        long from = waited < GATHER_FOR_LATE_MS ? 0 : before;
        if (!manyAreBetween(from, after) || closed.await(GATHER_STEP_MS, TimeUnit.MILLISECONDS)) {
          return;
        }
        gathered.add(GATHER_STEP_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean manyAreBetween(long from, long to) {
    int few = Math.max(FEW, followers.size() / FEW);
    if (followers.size() <= few) {
      return false;
    }
    int between = 0;
    for (Follower follower : followers) {
      long place = follower.place();
      between += from <= place && place < to ? 1 : 0;
    }
    return between > few;
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
