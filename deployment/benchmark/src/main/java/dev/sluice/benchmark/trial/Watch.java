package dev.sluice.benchmark.trial;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Looks, a few times a second and from outside, how far everything is: what of the stream the views
 * have read, and whether rows move. Kafka may be away meanwhile.
 */
final class Watch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(250);

  /** What was on its way when a process was killed may still be seen so long. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String GROUPS = "sluice.view.";
  private static final String BETWEEN = "sluice.partials";

  private final Admin admin;
  private final List<TopicPartition> source;
  private final int views;
  private final List<TopicPartition> results = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private List<TopicPartition> between = List.of();
  private final List<Recovery> recoveries = new ArrayList<>();
  private volatile Seen seen = new Seen(-1, Map.of(), false);

  /**
   * What was seen.
   *
   * @param lag events of the stream that the view furthest behind has not read
   * @param ends of what is committed in the views' topics
   * @param settled whether no transaction is open in them, nor between the stages
   */
  record Seen(long lag, Map<TopicPartition, Long> ends, boolean settled) {}

  /** From a fault until rows moved again in every partition of every view. */
  static final class Recovery {
    private final String what;
    private final long at;
    private @Nullable Map<TopicPartition, Long> before;
    private volatile double seconds = Double.NaN;

    private Recovery(String what, long at) {
      this.what = what;
      this.at = at;
    }

    String what() {
      return what;
    }

    /** NaN: not yet. */
    double seconds() {
      return seconds;
    }

    private boolean look(Map<TopicPartition, Long> ends, long now) {
      Map<TopicPartition, Long> from = before;
      if (from == null) {
        before = now - at < GRACE_NANOS ? null : ends;
        return false;
      }
      if (ends.entrySet().stream()
          .allMatch(end -> end.getValue() > from.getOrDefault(end.getKey(), 0L))) {
        seconds = (now - at) / 1e9;
        return true;
      }
      return false;
    }
  }

  Watch(Clients clients, StreamDefinition source, Collection<CatalogStream> views) {
    this.admin = clients.admin();
    this.source = Clients.partitions(source.topic(), source.storage().partitions());
    this.views = views.size();
    for (CatalogStream view : views) {
      StreamDefinition rows = view.definition();
      results.addAll(Clients.partitions(rows.topic(), rows.storage().partitions()));
    }
    thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What was seen last. */
  Seen seen() {
    return seen;
  }

  /** Has it look for when rows move again after what happens now. */
  Recovery recovery(String what) {
    Recovery recovery = new Recovery(what, System.nanoTime());
    synchronized (recoveries) {
      recoveries.add(recovery);
    }
    return recovery;
  }

  /** Whether every replica has everything, as far as Kafka answers. */
  boolean isReplicated() throws InterruptedException {
    try {
      Set<String> topics =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      return admin.describeTopics(topics).allTopicNames().get().values().stream()
          .flatMap(topic -> topic.partitions().stream())
          .allMatch(partition -> partition.isr().size() == partition.replicas().size());
    } catch (ExecutionException e) {
      return false;
    }
  }

  private void look() {
    try {
      Map<TopicPartition, Long> committed = ends(results, IsolationLevel.READ_COMMITTED);
      seen = new Seen(lag(), committed, isSettled(results) && isSettled(between()));
      long now = System.nanoTime();
      synchronized (recoveries) {
        recoveries.removeIf(recovery -> recovery.look(committed, now));
      }
    } catch (ExecutionException e) {
      // Kafka is away: the next time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isSettled(List<TopicPartition> partitions)
      throws ExecutionException, InterruptedException {
    return ends(partitions, IsolationLevel.READ_COMMITTED)
        .equals(ends(partitions, IsolationLevel.READ_UNCOMMITTED));
  }

  /** The topic between the stages, which the first pipeline makes. */
  private List<TopicPartition> between() throws ExecutionException, InterruptedException {
    if (between.isEmpty()) {
      int partitions = 0;
      for (TopicDescription topic :
          admin.describeTopics(List.of(BETWEEN)).allTopicNames().get().values()) {
        partitions = topic.partitions().size();
      }
      between = Clients.partitions(BETWEEN, partitions);
    }
    return between;
  }

  private long lag() throws ExecutionException, InterruptedException {
    List<String> groups =
        admin.listGroups().all().get().stream()
            .map(group -> group.groupId())
            .filter(group -> group.startsWith(GROUPS))
            .toList();
    Map<TopicPartition, Long> ends = ends(source, IsolationLevel.READ_COMMITTED);
    long most = 0;
    for (String group : groups) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      long lag = 0;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        OffsetAndMetadata at = committed.get(end.getKey());
        lag += end.getValue() - (at == null ? 0 : at.offset());
      }
      most = Math.max(most, lag);
    }
    return groups.size() < views ? Long.MAX_VALUE : most;
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> of, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    of.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get().entrySet()) {
      ends.put(end.getKey(), end.getValue().offset());
    }
    return ends;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    admin.close(Duration.ZERO);
  }
}
