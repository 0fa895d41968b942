package dev.sluice.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/** What the baselines in Kafka Streams have in common. */
final class HandStreams {
  static final Duration LATENESS = Duration.ofSeconds(5);
  static final Duration CLOSED_WITHIN = Duration.ofSeconds(30);

  private HandStreams() {}

  /** One thread, from the log's beginning, as large polls and batches as ours. */
  static Properties config(String bootstrapServers, String application, Path directory) {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, application + "-" + System.nanoTime());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
        RawKafka.MAX_POLL_RECORDS);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
    config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 << 10);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
    return config;
  }

  /**
   * Windows in memory, with a changelog.
   *
   * @param kept as long as the log's time
   */
  static Materialized<byte[], HandAggregate, WindowStore<Bytes, byte[]>> windows(
      Duration kept, Duration window) {
    return Materialized.<byte[], HandAggregate>as(
            Stores.inMemoryWindowStore("windows", kept, window, false))
        .withKeySerde(Serdes.ByteArray())
        .withValueSerde(HandAggregate.SERDE);
  }
}
