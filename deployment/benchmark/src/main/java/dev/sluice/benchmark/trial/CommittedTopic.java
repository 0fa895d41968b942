package dev.sluice.benchmark.trial;

import dev.sluice.model.avro.StreamSchema;
import dev.sluice.model.stream.StreamDefinition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A stream's topic as a plain consumer of what is committed reads it, and Avro's own decoder. */
final class CommittedTopic {
  private static final int HEADER_BYTES = 5;
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED = Duration.ofSeconds(60);

  private final Clients clients;
  private final StreamDefinition stream;
  private final GenericDatumReader<GenericRecord> reader;
  private BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(new byte[0], null);

  /** Takes a record. */
  interface Taker {
    void take(ConsumerRecord<byte[], byte[]> record) throws IOException;
  }

  CommittedTopic(Clients clients, StreamDefinition stream) {
    this.clients = clients;
    this.stream = stream;
    this.reader = new GenericDatumReader<>(StreamSchema.of(stream));
  }

  /** Hands on all that there is, each partition in the order of its offsets. */
  void read(Taker taker) throws IOException, TimeoutException {
    List<TopicPartition> all = Clients.partitions(stream.topic(), stream.storage().partitions());
    try (KafkaConsumer<byte[], byte[]> consumer = clients.committed()) {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      long moved = System.nanoTime();
      while (!ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          moved = System.nanoTime();
          taker.take(record);
        }
        if (System.nanoTime() - moved > STALLED.toNanos()) {
          throw new TimeoutException("the topic of " + stream.name() + " does not come");
        }
      }
    }
  }

  /** The fields of a record's value, which is not null. */
  GenericRecord fields(ConsumerRecord<byte[], byte[]> record) throws IOException {
    byte[] value = record.value();
    decoder =
        DecoderFactory.get()
            .binaryDecoder(value, HEADER_BYTES, value.length - HEADER_BYTES, decoder);
    return reader.read(null, decoder);
  }
}
