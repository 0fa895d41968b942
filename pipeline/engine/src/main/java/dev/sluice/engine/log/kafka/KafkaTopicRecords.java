package dev.sluice.engine.log.kafka;

import dev.sluice.engine.log.TopicRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/** A consumer without a group, which is set to whatever is to be read next. */
final class KafkaTopicRecords implements TopicRecords {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Admin admin;

  KafkaTopicRecords(KafkaSettings settings, Admin admin) {
    this.consumer = new KafkaConsumer<>(settings.recordConsumer());
    this.admin = admin;
  }

  @Override
  public Extent extent(String topic) {
    TopicPartition partition = partition(topic);
    return KafkaLogReader.asking(
        "tell the extent of " + topic,
        () -> {
          long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
          long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
          return new Extent(Math.min(begin, end), end);
        });
  }

  @Override
  public long written(String topic) {
    TopicPartition partition = partition(topic);
    return asked(
            "tell the end of " + topic,
            admin
                .listOffsets(
                    Map.of(partition, OffsetSpec.latest()),
                    new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(partition))
        .offset();
  }

  @Override
  public long offsetAt(String topic, long time) {
    TopicPartition partition = partition(topic);
    OffsetAndTimestamp found =
        KafkaLogReader.asking(
            "find a time in " + topic,
            () -> consumer.offsetsForTimes(Map.of(partition, Math.max(0, time))).get(partition));
    return found == null ? Long.MAX_VALUE : found.offset();
  }

  @Override
  public Read read(String topic, long from, long end) {
    return KafkaLogReader.asking("read " + topic, () -> poll(partition(topic), from, end));
  }

  private Read poll(TopicPartition partition, long from, long end) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<ConsumerRecord<byte[], byte[]>> polled;
      try {
        polled = consumer.poll(POLL).records(partition);
      } catch (OffsetOutOfRangeException cut) {
        long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, end);
        return new Read(List.of(), Math.max(begin, from));
      }
      long next = consumer.position(partition);
      if (!polled.isEmpty() || next >= end) {
        return new Read(before(end, polled), Math.min(next, end));
      }
      if (System.nanoTime() > deadline) {
        throw new TimeoutException("no record came within " + PATIENCE);
      }
    }
  }

  private static List<Stored> before(long end, List<ConsumerRecord<byte[], byte[]>> polled) {
    List<Stored> stored = new ArrayList<>(polled.size());
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (record.offset() < end) {
        Map<String, byte[]> headers = new HashMap<>();
        for (Header header : record.headers()) {
          headers.put(header.key(), header.value());
        }
        stored.add(
            new Stored(record.offset(), record.timestamp(), record.key(), record.value(), headers));
      }
    }
    return stored;
  }

  @Override
  public void cutBefore(String topic, long offset) {
    Map<TopicPartition, RecordsToDelete> cut =
        Map.of(partition(topic), RecordsToDelete.beforeOffset(offset));
    var unused = asked("delete the oldest records of " + topic, admin.deleteRecords(cut).all());
  }

  private static <T> T asked(String what, KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw KafkaCalls.unavailable(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaCalls.unavailable(what, e);
    }
  }

  private static TopicPartition partition(String topic) {
    return new TopicPartition(topic, 0);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
