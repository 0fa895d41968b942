package dev.sluice.benchmark.trial;

import dev.sluice.benchmark.trial.Seen.Stage;
import dev.sluice.engine.catalog.CatalogView;
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
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks, a few times a second and from outside, how far everything is: what of the stream the views
 * have read, and whether rows move. Kafka may be away meanwhile.
 */
final class Watch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(250);

  private static final String BETWEEN = "sluice.partials";
  private static final String MERGE = "sluice-merge";
  private static final String CHANGELOG = MERGE + "-groups-changelog";

  private final Admin admin;
  private final List<TopicPartition> source;
  private final Supplier<Collection<CatalogView>> views;
  private final long mostLag;
  private final TableOffsets tables;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private List<TopicPartition> between = List.of();
  private final List<Recovery> recoveries = new ArrayList<>();
  private volatile Seen seen = Seen.NOTHING;

  /**
   * @param views as they are whenever it is asked
   * @param mostLag events that a view may have yet to read when it is up to date
   */
  Watch(
      Servers servers,
      Clients clients,
      StreamDefinition source,
      Supplier<Collection<CatalogView>> views,
      long mostLag) {
    this.admin = clients.admin();
    this.tables = new TableOffsets(servers);
    this.mostLag = mostLag;
    this.source = Clients.partitions(source.topic(), source.storage().partitions());
    this.views = views;
    thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What was seen last. */
  Seen seen() {
    return seen;
  }

  /** Has it look for when all is well again after what happens now. */
  Recovery recovery(String what) {
    Recovery recovery = new Recovery(what, System.nanoTime(), mostLag);
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

  /** How many processes share the merge; 0 while work is being handed over. */
  int merging() throws InterruptedException {
    try {
      ConsumerGroupDescription group =
          admin.describeConsumerGroups(List.of(MERGE)).all().get().get(MERGE);
      return group != null && group.groupState() == GroupState.STABLE ? group.members().size() : 0;
    } catch (ExecutionException e) {
      return 0;
    }
  }

  /** Records of the merge's changelog of groups. */
  long changelogRecords() throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions = Clients.partitions(CHANGELOG, between().size());
    Map<TopicPartition, Long> begins =
        offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_COMMITTED);
    return ends(partitions, IsolationLevel.READ_COMMITTED).entrySet().stream()
        .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  private void look() {
    try {
      Collection<CatalogView> kept = views.get();
      List<TopicPartition> results = results(kept);
      Stage writing = new Stage(ends(results, IsolationLevel.READ_COMMITTED), tables.now(kept));
      Stage merging = new Stage(ends(between(), IsolationLevel.READ_COMMITTED), committed(MERGE));
      Stage reading = new Stage(ends(source, IsolationLevel.READ_COMMITTED), read(kept));
      boolean settled =
          writing.ends().equals(ends(results, IsolationLevel.READ_UNCOMMITTED))
              && merging.ends().equals(ends(between(), IsolationLevel.READ_UNCOMMITTED));
      Seen now = new Seen(reading, merging, writing, settled);
      seen = now;
      long at = System.nanoTime();
      synchronized (recoveries) {
        recoveries.removeIf(recovery -> recovery.look(now, at));
      }
    } catch (ExecutionException e) {
      // Kafka is away: the next time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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

  private static List<TopicPartition> results(Collection<CatalogView> views) {
    List<TopicPartition> results = new ArrayList<>();
    for (CatalogView view : views) {
      StreamDefinition rows = view.stream().definition();
      results.addAll(Clients.partitions(rows.topic(), rows.storage().partitions()));
    }
    return results;
  }

  /** What the view furthest behind has read of each partition. */
  private Map<TopicPartition, Long> read(Collection<CatalogView> of)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> least = new HashMap<>();
    for (CatalogView view : of) {
      Map<TopicPartition, Long> committed = committed(view.group());
      for (TopicPartition partition : source) {
        least.merge(partition, committed.getOrDefault(partition, 0L), Math::min);
      }
    }
    return least;
  }

  private Map<TopicPartition, Long> committed(String group)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> one :
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet()) {
      if (one.getValue() != null) {
        offsets.put(one.getKey(), one.getValue().offset());
      }
    }
    return offsets;
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> of, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    return offsets(of, OffsetSpec.latest(), isolation);
  }

  private Map<TopicPartition, Long> offsets(
      List<TopicPartition> of, OffsetSpec which, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    of.forEach(partition -> asked.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> one :
        admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all().get().entrySet()) {
      offsets.put(one.getKey(), one.getValue().offset());
    }
    return offsets;
  }

  @Override
  public void close() {
    thread.execute(tables::close);
    thread.shutdown();
    admin.close(Duration.ZERO);
  }
}
