package dev.sluice.engine.silence;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.PartitionOwnership;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.engine.tail.Tail;
import dev.sluice.engine.tail.TailRing;
import dev.sluice.engine.tail.Tails;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Appends punctuations to the live streams that are being read here, for the partitions that are
 * this process's.
 */
public final class Punctuator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Punctuator.class);
  private static final long TICK_MS = 200;

  private final EventLog eventLog;
  private final Tails tails;
  private final Clock clock;
  private final PartitionOwnership ownership;
  private final Scheduler scheduler = Schedulers.newSingle("sluice-silence", true);
  private final Disposable ticking;
  private final Map<Tail, Silence> silences = new HashMap<>();

  public Punctuator(EventLog eventLog, Tails tails, Clock clock) {
    this.eventLog = eventLog;
    this.tails = tails;
    this.clock = clock;
    ownership = eventLog.joinOwnership();
    ticking = scheduler.schedulePeriodically(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    List<Tail> live =
        tails.active().stream()
            .filter(tail -> !tail.stream().definition().time().historical())
            .filter(tail -> tail.stream().definition().source() == null)
            .toList();
    silences.keySet().retainAll(live);
    ownership.watch(live.stream().map(tail -> tail.stream().definition().topic()).toList());
    live.forEach(this::punctuate);
  }

  private void punctuate(Tail tail) {
    TailRing.Head head = tail.ring().head();
    if (head == null) {
      return;
    }
    CatalogStream stream = tail.stream();
    String topic = stream.definition().topic();
    Silence silence =
        silences.computeIfAbsent(
            tail, t -> new Silence(stream.definition().time(), head.watermarks().length));
    silence
        .due(clock.millis(), head, ownership.owned(topic), eventLog.workingSince())
        .forEach((partition, watermark) -> append(silence, topic, partition, watermark));
  }

  private void append(Silence silence, String topic, int partition, long watermark) {
    eventLog
        .append(List.of(Punctuation.record(topic, partition, watermark)))
        .doFinally(signal -> silence.done(partition))
        .subscribe(
            stored -> {},
            failure ->
                log.warn(
                    "Punctuation not stored topic={} partition={} cause={}",
                    topic,
                    partition,
                    failure.getMessage()));
  }

  @Override
  public void close() {
    ticking.dispose();
    scheduler.dispose();
    ownership.close();
  }
}
