package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.EventLog.PartitionExtent;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.silence.Heard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How far the live streams have been heard that views read: as their groups have committed it,
 * whichever process reads for them. So silence is written into them where no gateway does, and
 * windows of views close when devices go quiet.
 */
final class SourcesHeard implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourcesHeard.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int AT_ONCE = 4;

  private final EventLog eventLog;
  private final Map<CatalogStream, Heard> heard = new ConcurrentHashMap<>();
  private final Disposable asking;
  private volatile Map<CatalogStream, String> groups = Map.of();

  SourcesHeard(EventLog eventLog) {
    this.eventLog = eventLog;
    asking =
        Flux.interval(EVERY)
            .onBackpressureDrop()
            .concatMap(tick -> askAll(), 1)
            .subscribe(nothing -> {}, failure -> log.error("Sources are not listened to", failure));
  }

  /**
   * Listens to these live streams.
   *
   * @param readers for each a group that reads it
   */
  void listenTo(Map<CatalogStream, String> readers) {
    groups = Map.copyOf(readers);
    heard.keySet().retainAll(readers.keySet());
  }

  /** What was heard last. Any thread. */
  List<Heard> now() {
    return List.copyOf(heard.values());
  }

  private Mono<Void> askAll() {
    return Flux.fromIterable(groups.entrySet())
        .flatMap(reader -> ask(reader.getKey(), reader.getValue()), AT_ONCE)
        .then();
  }

  private Mono<Void> ask(CatalogStream stream, String group) {
    // The ends first: who has come to one of them has read all that there was.
    return eventLog
        .extents(stream.definition())
        .zipWhen(extents -> eventLog.groupState(group, stream.definition().topic()))
        .doOnNext(told -> keep(hear(stream, told.getT1(), told.getT2())))
        .then()
        .onErrorResume(
            failure -> {
              heard.remove(stream);
              log.debug("A source does not answer stream={}", stream.definition().name(), failure);
              return Mono.empty();
            });
  }

  private void keep(Heard told) {
    if (groups.containsKey(told.stream())) {
      heard.put(told.stream(), told);
    }
  }

  static Heard hear(CatalogStream stream, List<PartitionExtent> extents, GroupState state) {
    long events = 0;
    long[] watermarks = new long[extents.size()];
    for (PartitionExtent extent : extents) {
      GroupPosition position = state.positions().get(extent.partition());
      long at = position == null ? extent.begin() : position.offset();
      long watermark = position == null ? Long.MIN_VALUE : position.watermark();
      watermarks[extent.partition()] = at < extent.end() ? Long.MAX_VALUE : watermark;
      events += position == null ? 0 : position.fates().read();
    }
    return new Heard(stream, events, watermarks);
  }

  @Override
  public void close() {
    asking.dispose();
  }
}
