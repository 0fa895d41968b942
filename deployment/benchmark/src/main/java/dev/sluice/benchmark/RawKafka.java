package dev.sluice.benchmark;

import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The baselines' Kafka clients, and what is read to check and to prepare. */
final class RawKafka {
  static final int MAX_POLL_RECORDS = 8_192;
  static final Duration POLL = Duration.ofMillis(100);
  static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int SCHEMA_ID_AT = 1;

  private final String bootstrapServers;

  RawKafka(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** As safe and as batched as the gateway's own; everything else is Kafka's default. */
  KafkaProducer<byte[], byte[]> producer() {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    return new KafkaProducer<>(config);
  }

  /** Kafka's defaults, but for the records of a poll. */
  KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(config());
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // What was deleted before it was read must not be skipped.
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    return config;
  }

  /** The same, of what is committed. */
  KafkaConsumer<byte[], byte[]> committed() {
    Map<String, Object> config = config();
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    return new KafkaConsumer<>(config);
  }

  static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, Readings.PARTITIONS)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  /** How many records a topic has ever had. */
  long size(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.endOffsets(partitions(topic)).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /** The id in the Confluent wire header of the first record that is found. */
  int schemaId(String topic) throws TimeoutException {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(partitions(topic));
      consumer.seekToBeginning(partitions(topic));
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null) {
            return ByteBuffer.wrap(record.value()).getInt(SCHEMA_ID_AT);
          }
        }
      }
    }
    throw new TimeoutException(topic + " has no event");
  }

  /** Turns frames into the records that the gateway makes of them, by its own decoder. */
  static final class Records {
    private final FrameDecoder decoder;
    private final String topic;

    Records(StreamDefinition stream, int schemaId, String topic) {
      this.decoder = new FrameDecoder(stream, schemaId, FrameBounds.DEFAULT);
      this.topic = topic;
    }

    List<ProducerRecord<byte[], byte[]>> of(byte[] frame) {
      DecodedFrame<ProducerRecord<byte[], byte[]>> decoded =
          decoder.decode(
              frame,
              FrameFormat.JSON,
              System.currentTimeMillis(),
              (time, key, value) -> new ProducerRecord<>(topic, null, time, key, value));
      if (decoded.problem() != null || !decoded.rejected().isEmpty()) {
        throw new IllegalStateException("a frame of ours is refused: " + decoded);
      }
      return decoded.events();
    }
  }
}
