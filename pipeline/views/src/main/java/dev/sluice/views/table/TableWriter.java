package dev.sluice.views.table;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogReader.RecordPosition;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Brings one view's topic into its table, in the partitions that are this process's.
 *
 * <p>What was read is held until it is written, and nothing is read meanwhile; when that fails it
 * is forgotten, and read again from where the table is.
 */
final class TableWriter {
  private static final Logger log = LoggerFactory.getLogger(TableWriter.class);
  private static final Duration POLL = Duration.ofMillis(200);

  /** For who has no reason to wait for shorter or longer before it tries again. */
  static final Duration FIRST_BACKOFF = Duration.ofMillis(200);

  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
  private static final long ENDS_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final CatalogStream stream;
  private final TableDefinition table;
  private final EventLog eventLog;
  private final TableStore store;
  private final Supplier<Set<Integer>> owned;
  private final Scheduler reading;
  private final Duration firstBackoff;

  private final Map<Integer, Progress> written = new ConcurrentHashMap<>();
  private final Map<Integer, Long> ends = new ConcurrentHashMap<>();
  private volatile int rowsHeld;
  private volatile @Nullable String failing;

  /**
   * @param stream the view's rows
   * @param owned the partitions that are this process's now; who is wrong about it writes nothing
   * @param readers where the log is read, which blocks
   * @param firstBackoff before it tries again what has failed; then longer
   */
  TableWriter(
      CatalogStream stream,
      TableDefinition table,
      EventLog eventLog,
      TableStore store,
      Supplier<Set<Integer>> owned,
      Scheduler readers,
      Duration firstBackoff) {
    this.stream = stream;
    this.table = table;
    this.eventLog = eventLog;
    this.store = store;
    this.owned = owned;
    this.reading = Schedulers.single(readers);
    this.firstBackoff = firstBackoff;
  }

  TableDefinition table() {
    return table;
  }

  /** Rows that were read and are not yet written. */
  int rowsHeld() {
    return rowsHeld;
  }

  /** Records of its partitions that the table does not have yet. */
  long lag() {
    long lag = 0;
    for (Map.Entry<Integer, Long> end : ends.entrySet()) {
      lag += Math.max(0, end.getValue() - progress(end.getKey()).next());
    }
    return lag;
  }

  /** The least watermark of its partitions that have one; {@link Long#MIN_VALUE} if none has. */
  long watermark() {
    return written.values().stream()
        .mapToLong(Progress::watermark)
        .filter(watermark -> watermark != Long.MIN_VALUE)
        .min()
        .orElse(Long.MIN_VALUE);
  }

  /** How far it is in a partition: offset of the next record. */
  long next(int partition) {
    return progress(partition).next();
  }

  /** Why nothing is written; null if all goes well. */
  @Nullable String failing() {
    return failing;
  }

  private Progress progress(int partition) {
    return written.getOrDefault(partition, Progress.NONE);
  }

  /** Rows written, a number each time; ends when a later view of the name has its table. */
  Flux<Long> write() {
    return Flux.usingWhen(
            Mono.fromCallable(() -> new Session(eventLog.openReader(stream))).subscribeOn(reading),
            Session::write,
            Session::close)
        .doOnNext(rows -> failing = null)
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, firstBackoff)
                .maxBackoff(LONGEST_BACKOFF)
                .jitter(0.5)
                .transientErrors(true)
                .doBeforeRetry(signal -> failed(signal.failure())));
  }

  private void failed(Throwable failure) {
    rowsHeld = 0;
    if (failing == null) {
      log.warn("View's table is not written, trying again view={}", table.view(), failure);
    }
    failing = failure.toString();
  }

  /** One reader's time, until something fails. */
  private final class Session {
    private final LogReader reader;
    private Set<Integer> assigned = Set.of();
    private long endsAt = System.nanoTime() - ENDS_EVERY_NANOS;

    Session(LogReader reader) {
      this.reader = reader;
    }

    Flux<Long> write() {
      return Mono.fromRunnable(this::lookAtEnds)
          .subscribeOn(reading)
          .then(store.create(table))
          .filter(ours -> ours)
          .flatMapMany(ours -> Mono.defer(this::step).repeat());
    }

    private Mono<Long> step() {
      Set<Integer> now = owned.get();
      Mono<?> placed = now.equals(assigned) ? Mono.empty() : place(now);
      return placed.then(Mono.defer(this::read)).flatMap(this::store);
    }

    /** Goes on where the table is. */
    private Mono<Void> place(Set<Integer> partitions) {
      return store
          .progress(table.generation())
          .publishOn(reading)
          .doOnNext(
              progress -> {
                written.keySet().retainAll(partitions);
                ends.keySet().retainAll(partitions);
                List<PartitionScan> scans = new ArrayList<>();
                for (int p : partitions) {
                  Progress at = progress.get(p);
                  if (at == null) {
                    throw new MovedException(table, p);
                  }
                  written.put(p, at);
                  scans.add(
                      PartitionScan.resume(
                          stream.definition(), 0, p, at.next(), at.watermark(), at.next()));
                }
                reader.assign(scans);
                assigned = Set.copyOf(partitions);
              })
          .then();
    }

    private Mono<List<EventBatch>> read() {
      if (assigned.isEmpty()) {
        return Mono.delay(POLL, reading).thenReturn(List.of());
      }
      return Mono.fromCallable(
              () -> {
                lookAtEnds();
                return reader.poll(POLL);
              })
          .subscribeOn(reading)
          .onErrorResume(Session::isExpired, expired -> skip());
    }

    private static boolean isExpired(Throwable failure) {
      return failure instanceof ProblemException problem
          && problem.problem().code() == ProblemCode.POSITION_EXPIRED;
    }

    /** What retention has taken before it was read will never come: it goes on after that. */
    private Mono<List<EventBatch>> skip() {
      return Mono.fromCallable(reader::beginOffsets)
          .flatMapIterable(Map::entrySet)
          .filter(begin -> assigned.contains(begin.getKey()))
          .concatMap(begin -> skip(begin.getKey(), begin.getValue()), 1)
          .collectList()
          .publishOn(reading)
          .map(
              scans -> {
                reader.assign(scans);
                return List.of();
              });
    }

    private Mono<PartitionScan> skip(int p, long begin) {
      Progress at = progress(p);
      long next = Math.max(begin, at.next());
      PartitionScan scan =
          PartitionScan.resume(stream.definition(), 0, p, next, at.watermark(), next);
      if (begin <= at.next()) {
        return Mono.just(scan);
      }
      log.error(
          "Retention was faster than the table: rows are lost view={} partition={} offsets={}..{}",
          table.view(),
          p,
          at.next(),
          begin - 1);
      return Mono.fromCallable(() -> lostBefore(p))
          .flatMap(before -> store.lacks(table, before, p, begin))
          .thenReturn(scan)
          .publishOn(reading);
    }

    /** The time before which lost rows are, by the oldest record that is left. */
    private long lostBefore(int p) {
      RecordPosition oldest = reader.positionsAt(Map.of(p, 0L)).get(p);
      return oldest == null
          ? Long.MAX_VALUE
          : oldest.timestamp() + stream.definition().time().lateness().toMillis() + 1;
    }

    private Mono<Long> store(List<EventBatch> batches) {
      if (batches.isEmpty()) {
        return Mono.just(0L);
      }
      rowsHeld = batches.stream().mapToInt(EventBatch::size).sum();
      List<Step> steps = steps(batches);
      return store
          .write(table, steps)
          .doOnNext(
              rows -> {
                rowsHeld = 0;
                steps.forEach(step -> written.put(step.partition(), step.to()));
              })
          .onErrorResume(
              MovedException.class,
              moved -> {
                // Somebody else is at it: on from where the table is by now.
                rowsHeld = 0;
                assigned = Set.of();
                return Mono.delay(POLL, reading).thenReturn(0L);
              });
    }

    private List<Step> steps(List<EventBatch> batches) {
      Map<Integer, List<EventBatch>> byPartition = new HashMap<>();
      batches.forEach(
          batch ->
              byPartition.computeIfAbsent(batch.partition(), p -> new ArrayList<>()).add(batch));
      List<Step> steps = new ArrayList<>();
      byPartition.forEach(
          (p, own) -> {
            EventBatch last = own.get(own.size() - 1);
            Progress to = new Progress(last.nextOffset(), last.endWatermark());
            steps.add(new Step(p, progress(p), to, own));
          });
      return steps;
    }

    /** So that it shows how far the table is behind, also while it cannot be written. */
    private void lookAtEnds() {
      if (System.nanoTime() - endsAt >= ENDS_EVERY_NANOS) {
        Set<Integer> own = owned.get();
        reader
            .endOffsets()
            .forEach(
                (p, end) -> {
                  if (own.contains(p)) {
                    ends.put(p, end);
                  }
                });
        endsAt = System.nanoTime();
      }
    }

    /** After what is being read, on the same thread. */
    Mono<Void> close() {
      return Mono.<Void>fromRunnable(reader::close).subscribeOn(reading);
    }
  }
}
