package dev.sluice.engine.query;

import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.plan.Window;
import dev.sluice.model.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The scans of a computation that is read for from the log. */
final class FeedScans {
  private static final long LEAST_AHEAD_MS = 60_000;
  private static final int WINDOWS_AHEAD = 10;

  private final Computation computation;
  private final Reach reach;
  private final StreamDefinition stream;
  private final int dedupeCapacity;
  private final Map<Integer, PartitionScan> scans = new HashMap<>();
  private long[] knownEnds = new long[0];

  FeedScans(Computation computation, int dedupeCapacity) {
    this.computation = computation;
    this.reach = computation.reach();
    this.stream = computation.stream().definition();
    this.dedupeCapacity = dedupeCapacity;
  }

  /** Forgets them: the computation goes on without them. */
  void clear() {
    scans.clear();
  }

  /**
   * Assigns the reader to where the computation is. A reader is shared: another query may have had
   * it since.
   */
  void resume(LogReader reader) {
    if (scans.isEmpty()) {
      Map<Integer, Long> warmUp = warmUpStarts(reader);
      for (int p = 0; p < reach.positions().length; p++) {
        long position = reach.positions()[p];
        long from = Math.min(position, warmUp.getOrDefault(p, position));
        scans.put(
            p,
            PartitionScan.resume(stream, dedupeCapacity, p, position, reach.watermarks()[p], from)
                .endingAt(reach.end(p)));
      }
    }
    knownEnds = ends(reader);
    reader.assign(scans.values().stream().filter(scan -> !reach.ended(scan.partition())).toList());
  }

  /** Whether what comes next was read before, and is only read for the ids in it. */
  boolean isWarmingUp() {
    for (PartitionScan scan : scans.values()) {
      int p = scan.partition();
      if (!reach.ended(p) && scan.position() < reach.positions()[p]) {
        return true;
      }
    }
    return false;
  }

  /** Where to read from so that repetitions are recognised at the positions. */
  private Map<Integer, Long> warmUpStarts(LogReader reader) {
    if (stream.identity().id() == null) {
      return Map.of();
    }
    long span = stream.identity().dedupe().toMillis();
    Map<Integer, Long> times = new HashMap<>();
    for (int p = 0; p < reach.watermarks().length; p++) {
      if (reach.watermarks()[p] != Long.MIN_VALUE) {
        times.put(p, reach.watermarks()[p] - span);
      }
    }
    Map<Integer, Long> starts = new HashMap<>();
    reader
        .positionsAt(times)
        .forEach((partition, position) -> starts.put(partition, position.offset()));
    return starts;
  }

  /**
   * Lets no partition run far ahead of one that still has something to read: the windows between
   * would all be open.
   */
  void holdBack(LogReader reader, boolean idle) {
    long[] positions = reach.positions();
    long[] watermarks = reach.watermarks();
    long slowest = Long.MAX_VALUE;
    for (int p = 0; p < positions.length; p++) {
      if (!reach.ended(p) && positions[p] < knownEnds[p]) {
        slowest = Math.min(slowest, watermarks[p]);
      }
    }
    if (slowest == Long.MAX_VALUE && idle) {
      knownEnds = ends(reader);
    }
    Window window = computation.plan().reading();
    long ahead =
        window == null ? LEAST_AHEAD_MS : Math.max(LEAST_AHEAD_MS, WINDOWS_AHEAD * window.span());
    List<Integer> paused = new ArrayList<>();
    for (int p = 0; p < positions.length; p++) {
      boolean tooFar =
          slowest != Long.MAX_VALUE
              && watermarks[p] != Long.MIN_VALUE
              && watermarks[p] - ahead > slowest;
      if (tooFar || reach.ended(p)) {
        paused.add(p);
      }
    }
    reader.pauseOnly(paused);
  }

  /** Whether everything was read that was there when reading began, or when all was idle last. */
  boolean areAtTheEnd() {
    return IntStream.range(0, reach.positions().length).allMatch(this::isAtTheEnd);
  }

  boolean isAtTheEnd(int partition) {
    return reach.ended(partition)
        || (partition < knownEnds.length && reach.positions()[partition] >= knownEnds[partition]);
  }

  /** Reads nothing of these partitions for now, nor of those that have ended. */
  void holdBack(LogReader reader, Collection<Integer> partitions) {
    List<Integer> paused = new ArrayList<>(partitions);
    for (int p = 0; p < reach.positions().length; p++) {
      if (reach.ended(p)) {
        paused.add(p);
      }
    }
    reader.pauseOnly(paused);
  }

  /** Where the log ends, as far as it is read. */
  private long[] ends(LogReader reader) {
    if (reach.allEnd()) {
      return reach.ends();
    }
    Map<Integer, Long> ends = reader.endOffsets();
    long[] known = new long[ends.size()];
    ends.forEach((partition, end) -> known[partition] = end);
    return known;
  }
}
