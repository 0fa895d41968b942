package dev.sluice.views;

import dev.sluice.embedded.TestServers;
import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is committed in a stream {@code (since, ts, k, n, v)} that views feed, as Kafka's consumer
 * and Avro's own reader have it.
 */
final class FedTopic implements AutoCloseable {
  private static final int HEADER = 1 + Integer.BYTES;

  private final KafkaConsumer<byte[], byte[]> consumer =
      new KafkaConsumer<>(
          Map.of(
              ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
              TestServers.kafka(),
              ConsumerConfig.ISOLATION_LEVEL_CONFIG,
              "read_committed"),
          new ByteArrayDeserializer(),
          new ByteArrayDeserializer());
  private final GenericDatumReader<GenericRecord> reader;
  private final List<Fed> all = new ArrayList<>();

  record Fed(String key, int partition, long time, GenericRecord row) {
    boolean isWindow() {
      return row.get("since") != null;
    }
  }

  FedTopic(StreamDefinition stream) {
    reader = new GenericDatumReader<>(StreamSchema.of(stream));
    List<TopicPartition> partitions =
        IntStream.range(0, stream.storage().partitions())
            .mapToObj(p -> new TopicPartition(stream.topic(), p))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Takes what has come meanwhile. */
  void poll() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      if (record.value() != null) {
        all.add(
            new Fed(
                new String(record.key(), StandardCharsets.UTF_8),
                record.partition(),
                record.timestamp(),
                row(record.value())));
      }
    }
  }

  private GenericRecord row(byte[] value) {
    try {
      return reader.read(
          null, DecoderFactory.get().binaryDecoder(value, HEADER, value.length - HEADER, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Fed> all() {
    return all;
  }

  /** As {@link ViewEvents#windows}. */
  List<String> windows() {
    return all.stream().filter(Fed::isWindow).map(fed -> text(fed, "since ts k n v")).toList();
  }

  /** As {@link ViewEvents#derived}. */
  List<String> events() {
    return all.stream().filter(fed -> !fed.isWindow()).map(fed -> text(fed, "k v")).toList();
  }

  private static String text(Fed fed, String columns) {
    List<String> values = new ArrayList<>();
    for (String column : columns.split(" ")) {
      values.add(String.valueOf(fed.row().get(column)));
    }
    return String.join(" ", values);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
