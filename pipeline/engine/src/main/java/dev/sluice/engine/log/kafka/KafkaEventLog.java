package dev.sluice.engine.log.kafka;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupReader;
import dev.sluice.engine.log.GroupState;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.PartitionOwnership;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeLogDirsResult;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The log on a Kafka cluster. */
public final class KafkaEventLog implements EventLog, AutoCloseable {
  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(7);
  private static final int DEAD_LETTER_PARTITIONS = 1;
  private static final int MAX_MESSAGE_BYTES = 2 << 20;
  private static final int TRIES_UNTIL_HEARD_OF = 7;
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);

  private final KafkaSettings settings;
  private final SchemaRegistry registry;
  private final Admin admin;
  private final AppendFlow flow;
  private volatile Appender appender;

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
    this.flow = new AppendFlow(flow, () -> appender, settings);
    this.appender = new Appender(settings, this.flow);
  }

  @Override
  public Mono<Integer> partitions(String topic) {
    return toMono(() -> admin.describeTopics(List.of(topic)).allTopicNames())
        .map(found -> found.values().iterator().next().partitions().size())
        .onErrorMap(
            e -> unwrap(e) instanceof UnknownTopicOrPartitionException,
            e ->
                Problem.ofField(
                        ProblemCode.TOPIC_UNKNOWN,
                        "topic",
                        "there is no topic " + topic + ": create it first, or correct its name")
                    .toException())
        .onErrorMap(
            e -> !(e instanceof ProblemException), e -> unavailable("find the topic " + topic, e));
  }

  @Override
  public Mono<Void> createTopics(StreamDefinition stream) {
    if (stream.foreign() != null) {
      return Mono.empty();
    }
    NewTopic events =
        new NewTopic(stream.topic(), stream.storage().partitions(), settings.replicationFactor());
    Map<String, String> config = new HashMap<>(topicConfig(retention(stream)));
    if (stream.isCompacted()) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    NewTopic dead =
        new NewTopic(
            stream.deadLetterTopic(), DEAD_LETTER_PARTITIONS, settings.replicationFactor());
    return create(events.configs(config))
        .then(create(dead.configs(topicConfig(DEAD_LETTER_RETENTION))));
  }

  private static Duration retention(StreamDefinition stream) {
    return stream.ageless() ? Duration.ofMillis(-1) : stream.storage().retention();
  }

  private Mono<Void> create(NewTopic topic) {
    return toMono(() -> admin.createTopics(List.of(topic)).all())
        .thenReturn(true)
        .onErrorResume(e -> unwrap(e) instanceof TopicExistsException, e -> Mono.just(false))
        .flatMap(
            isNew ->
                describe(topic.name())
                    .doOnNext(found -> requirePartitions(topic, found))
                    .then(isNew ? Mono.empty() : retain(topic)))
        .onErrorMap(
            e -> !(e instanceof ProblemException),
            e -> unavailable("create the topic " + topic.name(), e))
        .then();
  }

  /** A broker hears of a topic a little after the controller has made it. */
  private Mono<TopicDescription> describe(String topic) {
    return toMono(() -> admin.describeTopics(List.of(topic)).allTopicNames())
        .retryWhen(
            Retry.backoff(TRIES_UNTIL_HEARD_OF, FIRST_WAIT)
                .filter(e -> unwrap(e) instanceof UnknownTopicOrPartitionException)
                .onRetryExhaustedThrow((retries, signal) -> signal.failure()))
        .flatMapIterable(Map::values)
        .next();
  }

  /** Makes a topic that is there keep its records as long as the new one would. */
  private Mono<Void> retain(NewTopic topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    String retention = topic.configs().get(TopicConfig.RETENTION_MS_CONFIG);
    AlterConfigOp set =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, retention), AlterConfigOp.OpType.SET);
    return toMono(() -> admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all());
  }

  private static void requirePartitions(NewTopic topic, TopicDescription found) {
    int there = found.partitions().size();
    if (there != topic.numPartitions()) {
      throw Problem.ofField(
              ProblemCode.STREAM_INCOMPATIBLE,
              "partitions",
              "the topic %s is there with %d partitions, not %d: declare it with %d, or delete the topic"
                  .formatted(topic.name(), there, topic.numPartitions(), there))
          .toException();
    }
  }

  private static Map<String, String> topicConfig(Duration retention) {
    return Map.of(
        TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()),
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_MESSAGE_BYTES),
        // Timestamps are event times: recordings of long ago and of tomorrow are as good as
        // today's.
        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
  }

  @Override
  public Mono<Void> deleteTopics(StreamDefinition stream) {
    if (stream.foreign() != null) {
      return Mono.empty();
    }
    return delete(stream.topic()).then(delete(stream.deadLetterTopic()));
  }

  private Mono<Void> delete(String topic) {
    return toMono(() -> admin.deleteTopics(List.of(topic)).all())
        .onErrorResume(
            e -> unwrap(e) instanceof UnknownTopicOrPartitionException, e -> Mono.empty())
        .onErrorMap(e -> unavailable("delete the topic " + topic, e))
        .then();
  }

  @Override
  public Mono<List<PartitionExtent>> extents(StreamDefinition stream) {
    return extents(stream.topic(), stream.storage().partitions());
  }

  @Override
  public Mono<List<Long>> ends(StreamDefinition stream) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int p = 0; p < stream.storage().partitions(); p++) {
      latest.put(new TopicPartition(stream.topic(), p), OffsetSpec.latest());
    }
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    return toMono(() -> admin.listOffsets(latest, committed).all())
        .map(
            found ->
                found.entrySet().stream()
                    .sorted(Comparator.comparingInt(end -> end.getKey().partition()))
                    .map(end -> end.getValue().offset())
                    .toList())
        .onErrorMap(e -> unavailable("tell the end of the topic " + stream.topic(), e));
  }

  @Override
  public Mono<Long> deadLetters(StreamDefinition stream) {
    if (stream.foreign() != null) {
      return Mono.empty();
    }
    return extents(stream.deadLetterTopic(), DEAD_LETTER_PARTITIONS)
        .map(extents -> extents.stream().mapToLong(PartitionExtent::records).sum());
  }

  private Mono<List<PartitionExtent>> extents(String topic, int partitions) {
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int p = 0; p < partitions; p++) {
      earliest.put(new TopicPartition(topic, p), OffsetSpec.earliest());
      latest.put(new TopicPartition(topic, p), OffsetSpec.latest());
    }
    return Mono.zip(
            toMono(() -> admin.listOffsets(earliest).all()),
            toMono(() -> admin.listOffsets(latest).all()),
            sizes())
        .map(found -> extents(found.getT1(), found.getT2(), found.getT3()))
        .onErrorMap(e -> unavailable("tell the extent of the topic " + topic, e));
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
    return toMono(() -> admin.describeCluster().nodes())
        .flatMap(
            nodes -> {
              DescribeLogDirsResult dirs =
                  admin.describeLogDirs(nodes.stream().map(Node::id).toList());
              return toMono(dirs::allDescriptions);
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
  public LogReader openReader(CatalogStream stream) {
    return new KafkaLogReader(settings, admin, registry, stream);
  }

  @Override
  public GroupReader joinGroup(CatalogStream stream, String group) {
    return new KafkaGroupReader(settings, registry, stream, group);
  }

  @Override
  public Mono<GroupState> groupState(String group, String topic) {
    return Mono.zip(members(group), offsets(group, topic), GroupState::new)
        .onErrorMap(e -> unavailable("tell how far the group " + group + " is", e));
  }

  private Mono<Integer> members(String group) {
    return toMono(() -> admin.describeConsumerGroups(List.of(group)).all())
        .map(groups -> groups.values().iterator().next().members().size())
        .onErrorResume(e -> unwrap(e) instanceof GroupIdNotFoundException, e -> Mono.just(0));
  }

  private Mono<Map<Integer, GroupPosition>> offsets(String group, String topic) {
    return toMono(() -> admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
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
            e -> unwrap(e) instanceof GroupIdNotFoundException, e -> Mono.just(Map.of()));
  }

  @Override
  public Mono<Integer> createTopic(String topic, int partitions) {
    NewTopic kept = new NewTopic(topic, partitions, settings.replicationFactor());
    return toMono(
            () ->
                admin.createTopics(List.of(kept.configs(topicConfig(Duration.ofMillis(-1))))).all())
        .onErrorResume(e -> unwrap(e) instanceof TopicExistsException, e -> Mono.empty())
        .then(describe(topic))
        .map(found -> found.partitions().size())
        .onErrorMap(e -> unavailable("create the topic " + topic, e));
  }

  @Override
  public synchronized void close() {
    appender.close();
    admin.close(Duration.ofSeconds(5));
  }

  private static <T> Mono<T> toMono(java.util.function.Supplier<KafkaFuture<T>> call) {
    return Mono.create(
        sink ->
            call.get()
                .whenComplete(
                    (value, failure) -> {
                      if (failure != null) {
                        sink.error(failure);
                      } else if (value == null) {
                        sink.success();
                      } else {
                        sink.success(value);
                      }
                    }));
  }

  static RuntimeException unavailable(String what, Throwable cause) {
    Throwable root = unwrap(cause);
    return Problem.of(
            ProblemCode.LOG_UNAVAILABLE,
            "Kafka did not "
                + what
                + " ("
                + Optional.ofNullable(root.getMessage()).orElse(root.toString())
                + "): try again later")
        .toException(root);
  }

  static Throwable unwrap(Throwable failure) {
    boolean wrapped =
        failure instanceof ExecutionException || failure instanceof CompletionException;
    Throwable cause = failure.getCause();
    return wrapped && cause != null ? cause : failure;
  }
}
