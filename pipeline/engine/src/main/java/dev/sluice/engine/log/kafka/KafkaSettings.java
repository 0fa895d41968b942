package dev.sluice.engine.log.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How to reach Kafka and how much to hold for it.
 *
 * @param bootstrapServers {@code host:port,…}
 * @param replicationFactor of new topics; -1: the broker's default
 * @param producerMemory bytes that the producer may hold; 4 MiB or more. The ingest budget stays
 *     below half of it
 * @param appendQueue frames that may wait for the producer's thread; 1 to 65,536
 * @param deliveryTimeout after which an append fails, 1 s or more
 * @param dedupeCapacity most ids of a partition that a reader remembers; 1,000 or more
 * @param deadLetters how long dead letters are kept
 */
public record KafkaSettings(
    String bootstrapServers,
    short replicationFactor,
    long producerMemory,
    int appendQueue,
    Duration deliveryTimeout,
    int dedupeCapacity,
    DeadLetterRetention deadLetters) {

  private static final int LEAST_PRODUCER_MEMORY = 4 << 20;
  private static final int MAX_APPEND_QUEUE = 65_536;
  private static final int LEAST_DEDUPE_CAPACITY = 1_000;
  private static final int MAX_REQUEST_BYTES = 2 << 20;
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;
  private static final long EXCLUSIVE_MEMORY = 8L << 20;

  public KafkaSettings {
    require(
        producerMemory >= LEAST_PRODUCER_MEMORY,
        "sluice.kafka.producer-memory must be at least 4 MiB: was " + producerMemory);
    require(
        appendQueue >= 1 && appendQueue <= MAX_APPEND_QUEUE,
        "sluice.kafka.append-queue must be 1..65536 frames: was " + appendQueue);
    require(
        deliveryTimeout.toMillis() >= 1_000,
        "sluice.kafka.delivery-timeout must be at least 1 s: was " + deliveryTimeout);
    require(
        dedupeCapacity >= LEAST_DEDUPE_CAPACITY,
        "sluice.dedupe.capacity must be at least 1000 ids: was " + dedupeCapacity);
  }

  /** With the dead letters' retention at its default. */
  public KafkaSettings(
      String bootstrapServers,
      short replicationFactor,
      long producerMemory,
      int appendQueue,
      Duration deliveryTimeout,
      int dedupeCapacity) {
    this(
        bootstrapServers,
        replicationFactor,
        producerMemory,
        appendQueue,
        deliveryTimeout,
        dedupeCapacity,
        DeadLetterRetention.DEFAULT);
  }

  /** Everything at its default. */
  public static KafkaSettings of(String bootstrapServers) {
    return new KafkaSettings(
        bootstrapServers, (short) -1, 128L << 20, 8_192, Duration.ofMinutes(2), 4_000_000);
  }

  private static void require(boolean rule, String message) {
    if (!rule) {
      throw new IllegalArgumentException(message);
    }
  }

  Map<String, Object> admin() {
    Map<String, Object> config = common();
    config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return config;
  }

  Map<String, Object> producer() {
    Map<String, Object> config = common();
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    // Batches grow by themselves while requests are under way.
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, producerMemory);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    int delivery = Math.toIntExact(deliveryTimeout.toMillis());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, delivery);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(30_000, delivery / 2));
    config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    return config;
  }

  Map<String, Object> consumer() {
    Map<String, Object> config = common();
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 8_192);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    config.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    return config;
  }

  /**
   * Of who is asked one thing after the other. A consumer that gives records has sent the next
   * fetch already, and the broker answers a connection's requests in turn: at the log's end
   * whatever is asked next waits as long as that fetch may.
   */
  Map<String, Object> lentConsumer() {
    Map<String, Object> config = consumer();
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
    return config;
  }

  /** Of a member of a group: one that is killed is missed soon. */
  Map<String, Object> groupConsumer(String group) {
    Map<String, Object> config = consumer();
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
    config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, StickyAssignor.class.getName());
    // What was committed is known when no transaction of a member that was killed is open any more.
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3 * TRANSACTION_TIMEOUT_MS);
    return config;
  }

  /** Of a member of a group; what it has not stored when a transaction times out fails before. */
  Map<String, Object> transactionalProducer(String group) {
    Map<String, Object> config = producer();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group + "." + UUID.randomUUID());
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    return config;
  }

  /** Of who reads single records here and there: little at a time. */
  Map<String, Object> recordConsumer() {
    Map<String, Object> config = consumer();
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 512);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1 << 20);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1 << 20);
    return config;
  }

  /** Of the only one of its name. */
  Map<String, Object> exclusiveProducer(String name) {
    Map<String, Object> config = transactionalProducer(name);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, EXCLUSIVE_MEMORY);
    // Who was killed may have a transaction open, which is aborted first.
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3 * TRANSACTION_TIMEOUT_MS);
    return config;
  }

  private Map<String, Object> common() {
    Map<String, Object> config = new HashMap<>();
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return config;
  }
}
