package dev.sluice.engine.tail;

import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogReader.RecordPosition;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Makes scans at a log's present end that know the watermark and what may be repeated exactly,
 * though they have not read everything.
 *
 * <p>The event with the greatest time alone raises the watermark to its time less skew and
 * lateness, so whatever is older than that, less the dedupe span, can change nothing. That the
 * record with the greatest time is an event is likely, not certain: so the watermark that was found
 * decides whether enough was read, and if not, more is.
 */
final class WarmUp {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int WIDER = 8;

  private final StreamDefinition stream;
  private final int dedupeCapacity;
  private final LogReader reader;
  private final BooleanSupplier stopped;

  /**
   * @param stopped whether to give up; what is returned then is not exact
   */
  WarmUp(StreamDefinition stream, int dedupeCapacity, LogReader reader, BooleanSupplier stopped) {
    this.stream = stream;
    this.dedupeCapacity = dedupeCapacity;
    this.reader = reader;
    this.stopped = stopped;
  }

  /** A scan per partition. The reader is left assigned to some of them. */
  Map<Integer, PartitionScan> scans() {
    long dedupe = stream.identity().dedupe().toMillis();
    long skew = stream.time().historical() ? 0 : stream.time().maxSkew().toMillis();
    long back = skew + stream.time().lateness().toMillis() + dedupe + 1;
    Map<Integer, Long> begins = reader.beginOffsets();
    Map<Integer, Long> latest = new HashMap<>();
    reader.latest().forEach((partition, record) -> latest.put(partition, record.timestamp()));
    Map<Integer, Long> unknown = new HashMap<>(reader.endOffsets());
    Map<Integer, PartitionScan> scans = new HashMap<>();
    while (!unknown.isEmpty() && !stopped.getAsBoolean()) {
      Map<Integer, Long> since = new HashMap<>();
      for (Integer partition : unknown.keySet()) {
        since.put(partition, Math.max(0, latest.getOrDefault(partition, 0L) - back));
      }
      List<Attempt> attempts = attempts(since, unknown);
      readUpTo(unknown, attempts);
      for (Attempt attempt : attempts) {
        int partition = attempt.scan.partition();
        scans.put(partition, attempt.scan);
        if (attempt.readEnough(begins.getOrDefault(partition, 0L), dedupe)) {
          unknown.remove(partition);
        }
      }
      back *= WIDER;
    }
    return scans;
  }

  /**
   * @param since event time, ms of the epoch, before which all is that was not read
   * @param start the first offset read
   */
  private record Attempt(PartitionScan scan, long since, long start) {
    boolean readEnough(long begin, long dedupe) {
      return start <= begin || since == 0 || scan.watermark() >= since + dedupe;
    }
  }

  private List<Attempt> attempts(Map<Integer, Long> since, Map<Integer, Long> ends) {
    Map<Integer, RecordPosition> starts = reader.positionsAt(since);
    List<Attempt> attempts = new ArrayList<>();
    since.forEach(
        (partition, time) -> {
          RecordPosition found = starts.get(partition);
          long start = found == null ? ends.getOrDefault(partition, 0L) : found.offset();
          attempts.add(
              new Attempt(
                  PartitionScan.start(stream, dedupeCapacity, partition, start), time, start));
        });
    return attempts;
  }

  private void readUpTo(Map<Integer, Long> ends, List<Attempt> attempts) {
    List<PartitionScan> scans = attempts.stream().map(Attempt::scan).toList();
    reader.assign(scans);
    while (!stopped.getAsBoolean()
        && scans.stream()
            .anyMatch(scan -> scan.position() < ends.getOrDefault(scan.partition(), 0L))) {
      reader.poll(POLL);
    }
  }
}
