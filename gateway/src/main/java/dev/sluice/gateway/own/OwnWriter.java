package dev.sluice.gateway.own;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Buffer;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Label;
import dev.sluice.engine.flow.Stage;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Writes one stream of Sluice's own. Usable on any thread; nobody waits.
 *
 * <p>What may be dropped finds room in half of the buffer, so that what should not be is dropped
 * only when there is twice as much.
 */
public final class OwnWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnWriter.class);

  /** So that those who come together are written together. */
  private static final Duration GATHER = Duration.ofMillis(100);

  private static final int AT_ONCE = 512;
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private final String stream;
  private final int capacity;
  private final Streams streams;
  private final Function<List<LogRecord>, Mono<Void>> log;
  private final Clock clock;
  private final Scheduler thread;
  private final LongAdder dropped = new LongAdder();
  private final Disposable.Swap writing = Disposables.swap();

  /** Of those who come and the thread, under its own lock. */
  private final Queue<OwnEvent> waiting = new ArrayDeque<>();

  private boolean busy;
  private boolean closing;
  private final CountDownLatch idle = new CountDownLatch(1);

  /** Of the thread. */
  private @Nullable OwnRecords records;

  private @Nullable CatalogStream recordsOf;

  /**
   * @param capacity events that may wait
   * @param log {@link dev.sluice.engine.log.EventLog#append}
   */
  OwnWriter(
      String stream,
      int capacity,
      Streams streams,
      Function<List<LogRecord>, Mono<Void>> log,
      Clock clock,
      Scheduler thread,
      Flow flow) {
    this.stream = stream;
    this.capacity = capacity;
    this.streams = streams;
    this.log = log;
    this.clock = clock;
    this.thread = thread;
    flow.add(
        new Buffer(
                Label.of(Stage.DOORS_IN, stream),
                new Buffer.Room("events", this::fill, capacity),
                "what is to be told is dropped; nobody waits")
            .dropping("events", dropped::sum));
  }

  private long fill() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  /**
   * Has an event be written, soon.
   *
   * @param dear whether it is worth more than others
   * @return false if there is no room: it is dropped
   */
  public boolean offer(OwnEvent event, boolean dear) {
    synchronized (waiting) {
      if (waiting.size() >= (dear ? capacity : capacity / 2)) {
        dropped.increment();
        return false;
      }
      waiting.add(event);
      if (busy) {
        return true;
      }
      busy = true;
    }
    next(closing ? Duration.ZERO : GATHER);
    return true;
  }

  /** Whoever says so last may have been first: what is under way is not to be disposed for it. */
  private void next(Duration after) {
    writing.replace(thread.schedule(this::write, after.toMillis(), TimeUnit.MILLISECONDS));
  }

  private void write() {
    List<OwnEvent> events = new ArrayList<>();
    synchronized (waiting) {
      while (events.size() < AT_ONCE && !waiting.isEmpty()) {
        events.add(waiting.remove());
      }
      if (events.isEmpty()) {
        busy = false;
        if (closing) {
          idle.countDown();
        }
        return;
      }
    }
    writing.replace(
        append(events)
            .doOnError(failure -> LOG.debug("will be told later stream={}", stream, failure))
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                    .maxBackoff(LONGEST_BACKOFF)
                    .jitter(0.5)
                    .scheduler(thread))
            .subscribe(
                nothing -> {},
                failure -> LOG.error("cannot write stream={}", stream, failure),
                () -> next(Duration.ZERO)));
  }

  /**
   * Appends events past the buffer.
   *
   * @return fails with STREAM_UNKNOWN while the stream is not there, and LOG_UNAVAILABLE: any of
   *     them may be stored then
   */
  public Mono<Void> append(List<OwnEvent> events) {
    return Mono.fromCallable(() -> encoded(events)).subscribeOn(thread).flatMap(log);
  }

  private List<LogRecord> encoded(List<OwnEvent> events) {
    CatalogStream now = streams.find(stream);
    if (now == null) {
      throw Problem.of(ProblemCode.STREAM_UNKNOWN, "there is no stream " + stream + " yet")
          .toException();
    }
    OwnRecords writer = records;
    if (writer == null || now != recordsOf) {
      writer = new OwnRecords(now);
      records = writer;
      recordsOf = now;
    }
    List<LogRecord> encoded = new ArrayList<>(events.size());
    for (OwnEvent event : events) {
      encoded.add(writer.of(event, clock.millis()));
    }
    return encoded;
  }

  /**
   * Waits, for a moment, until what was to be told is.
   *
   * @return whether it is
   */
  public boolean finish() {
    boolean told;
    boolean waitedBefore;
    synchronized (waiting) {
      waitedBefore = closing;
      closing = true;
      told = !busy;
    }
    if (waitedBefore) {
      return told;
    }
    try {
      told = told || idle.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!told) {
      LOG.warn("stopped before all was told stream={} untold={}", stream, fill());
    }
    return told;
  }

  @Override
  public void close() {
    finish();
    writing.dispose();
  }
}
