package dev.sluice.views.merge;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** What this process merges, as it was a moment ago. Any thread. */
final class MergeStatus {
  private final Map<Integer, Map<Long, Merged>> byPartition = new ConcurrentHashMap<>();

  MergeStatus() {}

  /**
   * A view in one partition.
   *
   * @param partition of the view's topic
   * @param watermark up to which its windows are closed, ms of the epoch; {@link Long#MIN_VALUE} if
   *     none is
   * @param groups held
   * @param bytes of heap that they take, about
   */
  record Merged(int partition, long watermark, long groups, long bytes) {}

  List<Merged> of(long generation) {
    return byPartition.values().stream()
        .map(views -> views.get(generation))
        .filter(Objects::nonNull)
        .sorted(Comparator.comparingInt(Merged::partition))
        .toList();
  }

  void show(int partition, Map<Long, Merged> views) {
    byPartition.put(partition, Map.copyOf(views));
  }

  /** Says that this process has a partition no more. */
  void forget(int partition) {
    byPartition.remove(partition);
  }
}
