package dev.sluice.engine.silence;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.PartitionOwnership;
import dev.sluice.engine.log.Punctuation;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
  private static final String GROUP = "sluice-punctuation";

  private final EventLog eventLog;
  private final Supplier<List<Heard>> heard;
  private final Clock clock;
  private final PartitionOwnership ownership;
  private final Scheduler scheduler = Schedulers.newSingle("sluice-silence", true);
  private final Disposable ticking;
  private final Map<CatalogStream, Silence> silences = new HashMap<>();

  /**
   * @param heard the live streams that are being read, and how far
   */
  public Punctuator(EventLog eventLog, Supplier<List<Heard>> heard, Clock clock) {
    this.eventLog = eventLog;
    this.heard = heard;
    this.clock = clock;
    ownership = eventLog.joinOwnership(GROUP);
    ticking = scheduler.schedulePeriodically(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    List<Heard> live = heard.get();
    silences.keySet().retainAll(live.stream().map(Heard::stream).toList());
    ownership.watch(live.stream().map(one -> one.stream().definition().topic()).toList());
    live.forEach(this::punctuate);
  }

  private void punctuate(Heard one) {
    CatalogStream stream = one.stream();
    String topic = stream.definition().topic();
    Silence silence =
        silences.computeIfAbsent(
            stream, s -> new Silence(s.definition().time(), one.watermarks().length));
    silence
        .due(clock.millis(), one, ownership.owned(topic), eventLog.workingSince())
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
