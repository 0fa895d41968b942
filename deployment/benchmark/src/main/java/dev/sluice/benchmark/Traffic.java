package dev.sluice.benchmark;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Counts, in a thread of its own, what goes through a topic. */
final class Traffic implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final CompletableFuture<Amount> counted;
  private volatile boolean ending;

  /**
   * How much.
   *
   * @param bytes of keys and values, not compressed
   */
  record Amount(long records, long bytes) {}

  private Traffic(RawKafka kafka, String topic, boolean whole) {
    consumer = kafka.committed();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
    consumer.assign(partitions);
    if (whole) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
    }
    partitions.forEach(consumer::position);
    counted = CompletableFuture.supplyAsync(() -> count(partitions));
  }

  /** What a topic has. */
  static Amount of(RawKafka kafka, String topic) throws Exception {
    try (Traffic traffic = new Traffic(kafka, topic, true)) {
      return traffic.end();
    }
  }

  /** Counts what comes from now on. */
  static Traffic from(RawKafka kafka, String topic) {
    return new Traffic(kafka, topic, false);
  }

  private Amount count(List<TopicPartition> partitions) {
    long records = 0;
    long bytes = 0;
    boolean last = false;
    while (!last) {
      last = ending && isAtEnd(partitions);
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(RawKafka.POLL)) {
        records++;
        bytes += Math.max(0, record.serializedKeySize());
        bytes += Math.max(0, record.serializedValueSize());
      }
    }
    return new Amount(records, bytes);
  }

  private boolean isAtEnd(List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** How much there was, up to what is committed now. */
  Amount end() throws ExecutionException, InterruptedException, TimeoutException {
    ending = true;
    return counted.get(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    ending = true;
    try (consumer) {
      counted.join();
    }
  }
}
