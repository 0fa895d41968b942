package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.EventLog.PartitionExtent;
import dev.sluice.engine.log.Fates;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.silence.Heard;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        .ends(stream.definition())
        .zipWhen(ends -> eventLog.groupState(group, stream.definition().topic()))
        .flatMap(
            told ->
                // Where a partition begins is asked for only until the group is somewhere in it.
                told.getT2().positions().size() == told.getT1().size()
                    ? Mono.just(hear(stream, told.getT1(), told.getT2()))
                    : eventLog
                        .extents(stream.definition())
                        .map(extents -> hear(stream, told.getT1(), begun(told.getT2(), extents))))
        .doOnNext(this::keep)
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

  /** The same group, where it is nowhere at the partition's beginning. */
  static GroupState begun(GroupState state, List<PartitionExtent> extents) {
    Map<Integer, GroupPosition> positions = new HashMap<>(state.positions());
    for (PartitionExtent extent : extents) {
      positions.putIfAbsent(
          extent.partition(), new GroupPosition(extent.begin(), Long.MIN_VALUE, Fates.NONE));
    }
    return new GroupState(state.members(), positions);
  }

  /**
   * @param ends offsets after what readers have by now
   */
  static Heard hear(CatalogStream stream, List<Long> ends, GroupState state) {
    long events = 0;
    long[] watermarks = new long[ends.size()];
    for (int p = 0; p < watermarks.length; p++) {
      GroupPosition position = Objects.requireNonNull(state.positions().get(p));
      watermarks[p] = position.offset() < ends.get(p) ? Long.MAX_VALUE : position.watermark();
      events += position.fates().read();
    }
    return new Heard(stream, events, watermarks);
  }

  @Override
  public void close() {
    asking.dispose();
  }
}
