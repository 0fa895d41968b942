package dev.sluice.engine.log.kafka;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.ExclusiveAppender;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupReader;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.PartitionOwnership;
import dev.sluice.engine.log.TopicRecords;
import dev.sluice.engine.log.WriterSchemas;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeLogDirsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import reactor.core.publisher.Mono;

/** The log on a Kafka cluster. */
public final class KafkaEventLog implements EventLog, AutoCloseable {
  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final Admin admin;
  private final KafkaTopics topics;
  private final AppendFlow flow;
  private volatile Appender appender;
  private volatile WriterSchemas writers = WriterSchemas.NONE;

  /** One without a schema registry, that nobody looks at. */
  public KafkaEventLog(KafkaSettings settings) {
    this(settings, new SchemaRegistry(null), new Flow(new SimpleMeterRegistry()));
  }

  /**
   * Connects lazily: a cluster that is away shows when something is asked of it.
   *
   * @param flow where appending is shown
   */
  public KafkaEventLog(KafkaSettings settings, SchemaRegistry registry, Flow flow) {
    this.settings = settings;
    this.registry = registry;
    this.admin = Admin.create(settings.admin());
    this.topics = new KafkaTopics(admin, settings.replicationFactor(), settings.deadLetters());
    this.flow = new AppendFlow(flow, () -> appender, settings);
    this.appender = new Appender(settings, this.flow);
  }

  @Override
  public Mono<Integer> partitions(String topic) {
    return topics.partitions(topic);
  }

  @Override
  public Mono<Void> createTopics(StreamDefinition stream) {
    return topics.create(stream);
  }

  @Override
  public Mono<Void> retainDeadLetters(Collection<StreamDefinition> streams) {
    return topics.retainDeadLetters(streams);
  }

  @Override
  public Mono<Integer> createTopic(String topic, int partitions) {
    return topics.create(topic, partitions);
  }

  @Override
  public Mono<Void> deleteTopics(StreamDefinition stream) {
    return topics.delete(stream);
  }

  @Override
  public Mono<List<PartitionExtent>> extents(StreamDefinition stream) {
    return extents(stream.topic(), stream.storage().partitions());
  }

  @Override
  public Mono<Long> wholeFrom(StreamDefinition stream) {
    return extents(stream)
        .flatMap(
            extents -> {
              Map<TopicPartition, OffsetSpec> cut = new HashMap<>();
              for (PartitionExtent extent : extents) {
                if (extent.begin() > 0) {
                  cut.put(
                      new TopicPartition(stream.topic(), extent.partition()),
                      OffsetSpec.forTimestamp(0));
                }
              }
              return cut.isEmpty()
                  ? Mono.just(Long.MIN_VALUE)
                  : KafkaCalls.toMono(() -> admin.listOffsets(cut).all())
                      .map(found -> wholeFrom(stream, found.values()))
                      .onErrorMap(
                          e ->
                              KafkaCalls.unavailable(
                                  "tell the beginning of the topic " + stream.topic(), e));
            });
  }

  /** What is older than the oldest record by more than the lateness is not missed: it was late. */
  private static long wholeFrom(
      StreamDefinition stream, Collection<ListOffsetsResultInfo> oldestOfCut) {
    long lateness = stream.time().lateness().toMillis();
    return oldestOfCut.stream()
        .mapToLong(ListOffsetsResultInfo::timestamp)
        .map(time -> time < 0 ? Long.MAX_VALUE : time + lateness)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  @Override
  public Mono<List<Long>> ends(StreamDefinition stream) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int p = 0; p < stream.storage().partitions(); p++) {
      latest.put(new TopicPartition(stream.topic(), p), OffsetSpec.latest());
    }
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return KafkaCalls.toMono(() -> admin.listOffsets(latest, committed).all())
        .map(
            found ->
                found.entrySet().stream()
                    .sorted(Comparator.comparingInt(end -> end.getKey().partition()))
                    .map(end -> end.getValue().offset())
                    .toList())
        .onErrorMap(e -> KafkaCalls.unavailable("tell the end of the topic " + stream.topic(), e));
  }

  private Mono<List<PartitionExtent>> extents(String topic, int partitions) {
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      earliest.put(new TopicPartition(topic, p), OffsetSpec.earliest());
      latest.put(new TopicPartition(topic, p), OffsetSpec.latest());
    }
    return Mono.zip(
            KafkaCalls.toMono(() -> admin.listOffsets(earliest).all()),
            KafkaCalls.toMono(() -> admin.listOffsets(latest).all()),
            sizes())
        .map(found -> extents(found.getT1(), found.getT2(), found.getT3()))
        .onErrorMap(e -> KafkaCalls.unavailable("tell the extent of the topic " + topic, e));
  }

  private static List<PartitionExtent> extents(
      Map<TopicPartition, ListOffsetsResultInfo> begins,
      Map<TopicPartition, ListOffsetsResultInfo> ends,
      Map<TopicPartition, Long> sizes) {
    List<PartitionExtent> extents = new ArrayList<>();
    begins.forEach(
        (partition, begin) -> {
          ListOffsetsResultInfo end = ends.get(partition);
          extents.add(
              new PartitionExtent(
                  partition.partition(),
                  begin.offset(),
                  end == null ? begin.offset() : end.offset(),
                  sizes.getOrDefault(partition, 0L)));
        });
    extents.sort((a, b) -> Integer.compare(a.partition(), b.partition()));
    return extents;
  }

  /** The size of each partition on the replica that is largest. */
  private Mono<Map<TopicPartition, Long>> sizes() {
    return KafkaCalls.toMono(() -> admin.describeCluster().nodes())
        .flatMap(
            nodes -> {
              DescribeLogDirsResult dirs =
                  admin.describeLogDirs(nodes.stream().map(Node::id).toList());
              return KafkaCalls.toMono(dirs::allDescriptions);
            })
        .map(
            brokers -> {
              Map<TopicPartition, Long> sizes = new HashMap<>();
              for (Map<String, LogDirDescription> broker : brokers.values()) {
                for (LogDirDescription dir : broker.values()) {
                  for (Map.Entry<TopicPartition, ReplicaInfo> replica :
                      dir.replicaInfos().entrySet()) {
                    sizes.merge(replica.getKey(), replica.getValue().size(), Math::max);
                  }
                }
              }
              return sizes;
            });
  }

  @Override
  public Mono<Void> append(List<LogRecord> records) {
    return Mono.defer(() -> appender().append(records));
  }

  private synchronized Appender appender() {
    if (appender.hasEnded()) {
      appender.close();
      appender = new Appender(settings, flow);
    }
    return appender;
  }

  @Override
  public long workingSince() {
    return appender().workingSince();
  }

  @Override
  public PartitionOwnership joinOwnership(String group) {
    return new KafkaPartitionOwnership(settings, group);
  }

  @Override
  public void lookUpIn(WriterSchemas schemas) {
    writers = schemas;
  }

  @Override
  public LogReader openReader(CatalogStream stream) {
    return new KafkaLogReader(settings.consumer(), admin, registry, writers, stream);
  }

  @Override
  public LogReader openLent(CatalogStream stream) {
    return new KafkaLogReader(settings.lentConsumer(), admin, registry, writers, stream);
  }

  @Override
  public TopicRecords openRecords() {
    return new KafkaTopicRecords(settings, admin);
  }

  @Override
  public ExclusiveAppender openExclusive(String name) {
    return new KafkaExclusiveAppender(settings, name);
  }

  @Override
  public GroupReader joinGroup(CatalogStream stream, String group) {
    return new KafkaGroupReader(settings, registry, writers, stream, group);
  }

  @Override
  public Mono<GroupState> groupState(String group, String topic) {
    return Mono.zip(members(group), offsets(group, topic), GroupState::new)
        .onErrorMap(e -> KafkaCalls.unavailable("tell how far the group " + group + " is", e));
  }

  @Override
  public Mono<Void> pinGroup(String group, StreamDefinition stream) {
    return extents(stream)
        .map(
            extents ->
                extents.stream()
                    .collect(
                        Collectors.toMap(
                            extent -> new TopicPartition(stream.topic(), extent.partition()),
                            extent -> new OffsetAndMetadata(extent.begin()))))
        .flatMap(
            begins -> KafkaCalls.toMono(() -> admin.alterConsumerGroupOffsets(group, begins).all()))
        .onErrorMap(
            e -> !(e instanceof ProblemException),
            e -> KafkaCalls.unavailable("say where the group " + group + " begins", e));
  }

  private Mono<Integer> members(String group) {
    return KafkaCalls.toMono(() -> admin.describeConsumerGroups(List.of(group)).all())
        .map(groups -> groups.values().iterator().next().members().size())
        .onErrorResume(
            e -> KafkaCalls.unwrap(e) instanceof GroupIdNotFoundException, e -> Mono.just(0));
  }

  private Mono<Map<Integer, GroupPosition>> offsets(String group, String topic) {
    return KafkaCalls.toMono(
            () -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .map(
            offsets -> {
              Map<Integer, GroupPosition> positions = new HashMap<>();
              offsets.forEach(
                  (partition, at) -> {
                    if (at != null && partition.topic().equals(topic)) {
                      positions.put(
                          partition.partition(), GroupPosition.of(at.offset(), at.metadata()));
                    }
                  });
              return positions;
            })
        .onErrorResume(
            e -> KafkaCalls.unwrap(e) instanceof GroupIdNotFoundException,
            e -> Mono.just(Map.of()));
  }

  @Override
  public synchronized void close() {
    appender.close();
    admin.close(Duration.ofSeconds(5));
  }
}
