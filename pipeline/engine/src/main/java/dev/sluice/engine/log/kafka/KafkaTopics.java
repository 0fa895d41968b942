package dev.sluice.engine.log.kafka;

import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import dev.sluice.model.problem.ProblemException;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Makes, changes and deletes topics. */
final class KafkaTopics {
  static final int DEAD_LETTER_PARTITIONS = 1;

  /** A segment goes as a whole, so there are some within the bytes that are kept. */
  private static final int DEAD_LETTER_SEGMENTS = 8;

  private static final long LEAST_SEGMENT = 1 << 20;
  private static final long MOST_SEGMENT = 128 << 20;
  private static final int MAX_MESSAGE_BYTES = 2 << 20;
  private static final int TRIES_UNTIL_HEARD_OF = 7;
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);

  private final Admin admin;
  private final short replicationFactor;
  private final DeadLetterRetention deadLetters;

  KafkaTopics(Admin admin, short replicationFactor, DeadLetterRetention deadLetters) {
    this.admin = admin;
    this.replicationFactor = replicationFactor;
    this.deadLetters = deadLetters;
  }

  /** How many partitions a topic has. */
  Mono<Integer> partitions(String topic) {
    return KafkaCalls.toMono(() -> admin.describeTopics(List.of(topic)).allTopicNames())
        .map(found -> found.values().iterator().next().partitions().size())
        .onErrorMap(
            e -> KafkaCalls.unwrap(e) instanceof UnknownTopicOrPartitionException,
            e ->
                Problem.ofField(
                        ProblemCode.TOPIC_UNKNOWN,
                        "topic",
                        "there is no topic " + topic + ": create it first, or correct its name")
                    .toException())
        .onErrorMap(
            e -> !(e instanceof ProblemException),
            e -> KafkaCalls.unavailable("find the topic " + topic, e));
  }

  /** Makes a stream's topics; of those that are there, sets how long they keep their records. */
  Mono<Void> create(StreamDefinition stream) {
    if (stream.foreign() != null) {
      return Mono.empty();
    }
    NewTopic events =
        new NewTopic(stream.topic(), stream.storage().partitions(), replicationFactor);
    Map<String, String> config = new HashMap<>(topicConfig(retention(stream)));
    if (stream.isCompacted()) {
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    NewTopic dead =
        new NewTopic(stream.deadLetterTopic(), DEAD_LETTER_PARTITIONS, replicationFactor);
    Map<String, String> deadConfig = new HashMap<>(topicConfig(deadLetters.age()));
    deadConfig.putAll(deadLetterBytes());
    return create(events.configs(config)).then(create(dead.configs(deadConfig)));
  }

  private Map<String, String> deadLetterBytes() {
    long segment = deadLetters.bytes() / DEAD_LETTER_SEGMENTS;
    return Map.of(
        TopicConfig.RETENTION_BYTES_CONFIG,
        Long.toString(deadLetters.bytes()),
        TopicConfig.SEGMENT_BYTES_CONFIG,
        Long.toString(Math.min(MOST_SEGMENT, Math.max(LEAST_SEGMENT, segment))));
  }

  /** Has the dead letters of streams that are there kept as long as those of new ones. */
  Mono<Void> retainDeadLetters(Collection<StreamDefinition> streams) {
    List<AlterConfigOp> set = new ArrayList<>();
    deadLetterBytes().forEach((name, value) -> set.add(setting(name, value)));
    set.add(setting(TopicConfig.RETENTION_MS_CONFIG, Long.toString(deadLetters.age().toMillis())));
    Map<ConfigResource, Collection<AlterConfigOp>> all = new HashMap<>();
    for (StreamDefinition stream : streams) {
      if (stream.foreign() == null) {
        all.put(new ConfigResource(ConfigResource.Type.TOPIC, stream.deadLetterTopic()), set);
      }
    }
    return all.isEmpty()
        ? Mono.empty()
        : KafkaCalls.toMono(() -> admin.incrementalAlterConfigs(all).all())
            .onErrorMap(e -> KafkaCalls.unavailable("set how long dead letters are kept", e));
  }

  private static AlterConfigOp setting(String name, String value) {
    return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
  }

  /** Makes a topic that keeps everything; the number of partitions that it has then, or had. */
  Mono<Integer> create(String topic, int partitions) {
    NewTopic kept = new NewTopic(topic, partitions, replicationFactor);
    return KafkaCalls.toMono(
            () ->
                admin.createTopics(List.of(kept.configs(topicConfig(Duration.ofMillis(-1))))).all())
        .onErrorResume(e -> KafkaCalls.unwrap(e) instanceof TopicExistsException, e -> Mono.empty())
        .then(describe(topic))
        .map(found -> found.partitions().size())
        .onErrorMap(e -> KafkaCalls.unavailable("create the topic " + topic, e));
  }

  private static Duration retention(StreamDefinition stream) {
    return stream.ageless() ? Duration.ofMillis(-1) : stream.storage().retention();
  }

  private Mono<Void> create(NewTopic topic) {
    return KafkaCalls.toMono(() -> admin.createTopics(List.of(topic)).all())
        .thenReturn(true)
        .onErrorResume(
            e -> KafkaCalls.unwrap(e) instanceof TopicExistsException, e -> Mono.just(false))
        .flatMap(
            isNew ->
                describe(topic.name())
                    .doOnNext(found -> requirePartitions(topic, found))
                    .then(isNew ? Mono.empty() : retain(topic)))
        .onErrorMap(
            e -> !(e instanceof ProblemException),
            e -> KafkaCalls.unavailable("create the topic " + topic.name(), e))
        .then();
  }

  /** A broker hears of a topic a little after the controller has made it. */
  private Mono<TopicDescription> describe(String topic) {
    return KafkaCalls.toMono(() -> admin.describeTopics(List.of(topic)).allTopicNames())
        .retryWhen(
            Retry.backoff(TRIES_UNTIL_HEARD_OF, FIRST_WAIT)
                .filter(e -> KafkaCalls.unwrap(e) instanceof UnknownTopicOrPartitionException)
                .onRetryExhaustedThrow((retries, signal) -> signal.failure()))
        .flatMapIterable(Map::values)
        .next();
  }

  /** Makes a topic that is there keep its records as long as the new one would. */
  private Mono<Void> retain(NewTopic topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    String retention =
        Objects.requireNonNull(topic.configs().get(TopicConfig.RETENTION_MS_CONFIG), topic.name());
    AlterConfigOp set = setting(TopicConfig.RETENTION_MS_CONFIG, retention);
    return KafkaCalls.toMono(
        () -> admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all());
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

  /** Deletes a stream's topics, unless they are somebody else's. */
  Mono<Void> delete(StreamDefinition stream) {
    if (stream.foreign() != null) {
      return Mono.empty();
    }
    return delete(stream.topic()).then(delete(stream.deadLetterTopic()));
  }

  private Mono<Void> delete(String topic) {
    return KafkaCalls.toMono(() -> admin.deleteTopics(List.of(topic)).all())
        .onErrorResume(
            e -> KafkaCalls.unwrap(e) instanceof UnknownTopicOrPartitionException,
            e -> Mono.empty())
        .onErrorMap(e -> KafkaCalls.unavailable("delete the topic " + topic, e))
        .then();
  }
}
