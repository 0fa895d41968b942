package dev.sluice.benchmark.trial;

import dev.sluice.engine.log.Punctuation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Sends events at a rate from a thread of its own, until each is acknowledged: what is not is sent
 * again, and may then be in the log twice. One in {@link #ONE_TWICE_IN} is sent twice on purpose,
 * as by a device that has lost its acknowledgement.
 *
 * <p>As many are unacknowledged as are due in {@link #PATIENCE}, at most: then no more are made
 * until some are. What could be made only so long after it was due is never made, and counted.
 */
final class Load implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int MOST_AT_ONCE = 1_000;
  private static final int ONE_TWICE_IN = 500;
  private static final long TWICE_AFTER_MS = 2_000;
  private static final Duration ACKED_WITHIN = Duration.ofMinutes(2);

  /** Longer than a broker is away. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KafkaProducer<byte[], byte[]> producer;
  private final Events events;
  private final int rate;
  private final long bound;

  /** Bounded by what is unacknowledged. */
  private final Queue<Sent> failed = new ConcurrentLinkedQueue<>();

  /** Of the load's thread; bounded by how soon they are sent. */
  private final Queue<Sent> twice = new ArrayDeque<>();

  private final AtomicLong made = new AtomicLong();
  private final AtomicLong acked = new AtomicLong();
  private final AtomicLong again = new AtomicLong();
  private final BitSet ackedSeqs = new BitSet();
  private final Thread thread = new Thread(this::run, "load");
  private volatile long neverMade;
  private volatile boolean stopping;

  private record Sent(long seq, ProducerRecord<byte[], byte[]> event, long at) {}

  Load(Clients clients, Events events, int rate) {
    this.producer = clients.producer();
    this.events = events;
    this.rate = rate;
    this.bound = PATIENCE.toSeconds() * rate;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Events that were made. */
  long made() {
    return made.get();
  }

  /** Events that were due, and could not be made in time. */
  long neverMade() {
    return neverMade;
  }

  /** Events that Kafka has said to have. */
  long acked() {
    return acked.get();
  }

  /** How often an event was sent again. */
  long sentAgain() {
    return again.get();
  }

  /** The numbers of the events that are acknowledged; when all is sent. */
  BitSet ackedSeqs() {
    synchronized (ackedSeqs) {
      return (BitSet) ackedSeqs.clone();
    }
  }

  private void run() {
    long began = System.nanoTime();
    long dropped = 0;
    while (!stopping) {
      sendAgain();
      sendTwice();
      long due = (System.nanoTime() - began) / 1_000 * rate / 1_000_000 - dropped - made.get();
      if (due > bound) {
        dropped += due - bound;
        neverMade = dropped;
      }
      long room = bound - (made.get() - acked.get());
      int now = (int) Math.min(Math.min(due, room), MOST_AT_ONCE);
      if (now > 0) {
        make(now);
      }
      if (now < MOST_AT_ONCE) {
        LockSupport.parkNanos(TICK_NANOS);
      }
    }
  }

  private void make(int count) {
    long first = made.getAndAdd(count);
    long now = System.currentTimeMillis();
    List<ProducerRecord<byte[], byte[]>> next = events.next(first, count, now);
    for (int i = 0; i < count; i++) {
      Sent sent = new Sent(first + i, next.get(i), now);
      send(sent);
      if (sent.seq() % ONE_TWICE_IN == 0) {
        twice.add(sent);
      }
    }
  }

  private void sendTwice() {
    long due = System.currentTimeMillis() - TWICE_AFTER_MS;
    for (Sent next = twice.peek(); next != null && next.at() <= due; next = twice.peek()) {
      again.incrementAndGet();
      send(twice.remove());
    }
  }

  private void sendAgain() {
    Sent next;
    while ((next = failed.poll()) != null) {
      again.incrementAndGet();
      send(next);
    }
  }

  private void send(Sent sent) {
    try {
      var unused =
          producer.send(
              sent.event(),
              (metadata, failure) -> {
                if (failure == null) {
                  acked(sent);
                } else {
                  failed.add(sent);
                }
              });
    } catch (KafkaException e) {
      failed.add(sent);
    }
  }

  private void acked(Sent sent) {
    synchronized (ackedSeqs) {
      if (!ackedSeqs.get((int) sent.seq())) {
        ackedSeqs.set((int) sent.seq());
        acked.incrementAndGet();
      }
    }
  }

  /** Makes no more, and waits until everything is acknowledged. */
  void finish() throws InterruptedException, TimeoutException {
    stopping = true;
    thread.join();
    long end = System.nanoTime() + ACKED_WITHIN.toNanos();
    while (acked.get() < made.get()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException(made.get() - acked.get() + " events are not acknowledged");
      }
      sendAgain();
      producer.flush();
    }
    producer.flush();
  }

  /** States a watermark in every partition of the stream. */
  void state(String topic, long watermark) throws Exception {
    for (int partition = 0; partition < Events.PARTITIONS; partition++) {
      List<Header> stated = new ArrayList<>();
      Punctuation.record(topic, partition, watermark)
          .headers()
          .forEach((name, value) -> stated.add(new RecordHeader(name, value)));
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, partition, watermark, null, null, stated);
      producer.send(record).get(ACKED_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    stopping = true;
    producer.close(Duration.ZERO);
  }
}
