package dev.sluice.engine.log.kafka;

import dev.sluice.engine.log.LogRecord;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.kafka.sender.KafkaSender;
import reactor.kafka.sender.SenderOptions;
import reactor.kafka.sender.SenderRecord;
import reactor.kafka.sender.SenderResult;

/**
 * One long-lived send for everything that is appended: a Mono per record would cost fifty times as
 * much.
 *
 * <p>Frames are emitted from any thread, sent on reactor-kafka's own, and completed there.
 */
final class Appender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Appender.class);
  private static final int MAX_IN_FLIGHT = 16_384;
  private static final int FRAMES_PREFETCHED = 16;
  private static final long LONG_MS = 1_000;
  private static final Duration EMISSION_WAIT = Duration.ofSeconds(1);

  private final AppendFlow flow;
  private final KafkaSender<byte[], byte[]> sender;
  private final ArrayBlockingQueue<Append> queue;
  private final Sinks.Many<Append> appends;
  private final Set<Append> pending = ConcurrentHashMap.newKeySet();
  private final Disposable sending;
  private final Disposable asking;
  private volatile @Nullable Throwable ended;
  private volatile boolean closing;
  private volatile long workingSince = System.currentTimeMillis();
  private volatile Map<MetricName, ? extends Metric> metrics = Map.of();

  Appender(KafkaSettings settings, AppendFlow flow) {
    this.flow = flow;
    SenderOptions<byte[], byte[]> options =
        SenderOptions.<byte[], byte[]>create(settings.producer())
            .maxInFlight(MAX_IN_FLIGHT)
            .stopOnError(false);
    sender = KafkaSender.create(options);
    queue = new ArrayBlockingQueue<>(settings.appendQueue());
    appends = Sinks.many().unicast().onBackpressureBuffer(queue);
    sending =
        sender
            .send(appends.asFlux().concatMapIterable(Append::toSend, FRAMES_PREFETCHED))
            .subscribe(
                Append::onResult, this::onEnd, () -> onEnd(new IllegalStateException("closed")));
    asking = sender.doOnProducer(Producer::metrics).subscribe(told -> metrics = told, this::untold);
  }

  private void untold(Throwable cause) {
    log.warn("The producer's own figures cannot be told cause={}", cause.toString());
  }

  /** Frames that wait for the producer's thread. */
  int queued() {
    return queue.size();
  }

  /** Frames that are not stored yet. */
  int pending() {
    return pending.size();
  }

  /** How long the oldest of them has been waiting, ms; 0 if there is none. */
  long oldest() {
    long now = System.currentTimeMillis();
    long oldest = 0;
    for (Append append : pending) {
      oldest = Math.max(oldest, now - append.began);
    }
    return oldest;
  }

  /** What the producer holds. */
  long producerBytes() {
    return metric("buffer-total-bytes") - metric("buffer-available-bytes");
  }

  /** How long its callers have waited for memory, ms. */
  long producerWaited() {
    return TimeUnit.NANOSECONDS.toMillis(metric("bufferpool-wait-time-ns-total"));
  }

  /** One of the producer's own metrics; 0 if it has none of that name. */
  private long metric(String name) {
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.entrySet()) {
      if (metric.getKey().name().equals(name)
          && metric.getValue().metricValue() instanceof Double value) {
        return value.longValue();
      }
    }
    return 0;
  }

  Mono<Void> append(List<LogRecord> records) {
    return records.isEmpty() ? Mono.empty() : Mono.create(sink -> emit(new Append(records, sink)));
  }

  private void emit(Append append) {
    pending.add(append);
    Sinks.EmitResult result;
    long deadline = System.nanoTime() + EMISSION_WAIT.toNanos();
    // Frames come from several threads, and a sink takes one at a time: whoever is second spins for
    // a moment.
    while ((result = appends.tryEmitNext(append)) == Sinks.EmitResult.FAIL_NON_SERIALIZED
        && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    if (result == Sinks.EmitResult.FAIL_OVERFLOW
        || result == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
      flow.refused();
      append.fail(
          Problem.of(ProblemCode.OVERLOADED, "too many frames wait for the log: send again later")
              .toException());
    } else if (result.isFailure()) {
      append.fail(unavailable(ended));
    }
  }

  /** Whether the send has ended for good, so that a new appender is needed. */
  boolean hasEnded() {
    return ended != null;
  }

  /** See {@link dev.sluice.engine.log.EventLog#workingSince}. */
  long workingSince() {
    long now = System.currentTimeMillis();
    for (Append append : pending) {
      if (now - append.began > LONG_MS) {
        return Long.MAX_VALUE;
      }
    }
    return workingSince;
  }

  private void onEnd(Throwable cause) {
    if (!closing) {
      log.warn("The send to Kafka ended cause={}", cause.toString());
    }
    ended = cause;
    pending.forEach(append -> append.fail(unavailable(cause)));
  }

  private static RuntimeException unavailable(@Nullable Throwable cause) {
    String why = cause == null ? "the log is closed" : String.valueOf(cause.getMessage());
    Problem problem =
        Problem.of(
            ProblemCode.LOG_UNAVAILABLE, "Kafka did not store it (" + why + "): send again later");
    return cause == null ? problem.toException() : problem.toException(cause);
  }

  @Override
  public void close() {
    closing = true;
    appends.tryEmitComplete();
    sender.close();
    sending.dispose();
    asking.dispose();
  }

  /** The records of one append, and who waits for them. Results come on one thread. */
  private final class Append {
    private final List<LogRecord> records;
    private final MonoSink<Void> sink;
    private final long began = System.currentTimeMillis();
    private final long beganNanos = System.nanoTime();
    private int stored;
    private @Nullable Exception failure;

    Append(List<LogRecord> records, MonoSink<Void> sink) {
      this.records = records;
      this.sink = sink;
    }

    /** The records to send; none if one cannot be, which ends this append and no other. */
    List<SenderRecord<byte[], byte[], Append>> toSend() {
      try {
        return senderRecords();
      } catch (RuntimeException e) {
        fail(unavailable(e));
        return List.of();
      }
    }

    private List<SenderRecord<byte[], byte[], Append>> senderRecords() {
      List<SenderRecord<byte[], byte[], Append>> toSend = new ArrayList<>(records.size());
      for (LogRecord record : records) {
        toSend.add(SenderRecord.create(Records.toKafka(record), this));
      }
      return toSend;
    }

    static void onResult(SenderResult<Append> result) {
      result.correlationMetadata().onStored(result.exception());
    }

    private void onStored(@Nullable Exception exception) {
      if (exception != null) {
        failure = exception;
      }
      if (++stored < records.size()) {
        return;
      }
      if (failure == null) {
        pending.remove(this);
        long now = System.currentTimeMillis();
        if (now - began > LONG_MS) {
          workingSince = now;
        }
        flow.stored(records, System.nanoTime() - beganNanos);
        sink.success();
      } else {
        fail(unavailable(failure));
      }
    }

    void fail(RuntimeException problem) {
      pending.remove(this);
      workingSince = System.currentTimeMillis();
      sink.error(problem);
    }
  }
}
