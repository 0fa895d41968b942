package dev.sluice.engine.log.kafka;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.GroupPosition;
import dev.sluice.engine.log.GroupReader;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.WriterSchemas;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A consumer in a group, and a transactional producer that commits for it. Whoever's assignment is
 * not the newest is refused by the group's coordinator, so that no transaction counts twice.
 *
 * <p>Every rebalance takes all partitions away and gives them anew, as they were committed: what
 * that costs is one transaction's events read again, and nothing is to be kept apart.
 */
final class KafkaGroupReader implements GroupReader, ConsumerRebalanceListener {
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final StreamDefinition stream;
  private final int dedupeCapacity;
  private final RecordBatches batches;
  private final TopicTimes times;
  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;
  private final Map<Integer, PartitionScan> scans = new HashMap<>();
  private boolean canCommit;
  private boolean joined;

  /** Where it begins anew, until the next poll says so. */
  private @Nullable Map<Integer, GroupPosition> begun;

  KafkaGroupReader(
      KafkaSettings settings,
      SchemaRegistry registry,
      WriterSchemas writers,
      CatalogStream source,
      String group) {
    stream = source.definition();
    dedupeCapacity = settings.dedupeCapacity();
    batches = new RecordBatches(source, registry, writers);
    times = TopicTimes.of(stream);
    consumer = new KafkaConsumer<>(settings.groupConsumer(group));
    try {
      producer = new KafkaProducer<>(settings.transactionalProducer(group));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    consumer.subscribe(List.of(stream.topic()), this);
  }

  @Override
  public Polled poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records =
        KafkaLogReader.asking("read " + stream.topic(), () -> consumer.poll(timeout));
    Map<Integer, GroupPosition> begin = begun;
    begun = null;
    batches.prepare(records);
    List<EventBatch> read = new ArrayList<>();
    for (PartitionScan scan : scans.values()) {
      TopicPartition partition = partition(scan.partition());
      batches.scan(scan, records.records(partition), consumer.position(partition), read);
    }
    return new Polled(
        begin, read, (number, offset) -> original(records, number, offset), isAtEnd());
  }

  private boolean isAtEnd() {
    return joined
        && scans.keySet().stream()
            .allMatch(number -> consumer.currentLag(partition(number)).orElse(1) == 0);
  }

  private Original original(ConsumerRecords<byte[], byte[]> records, int number, long offset) {
    List<ConsumerRecord<byte[], byte[]>> own = records.records(partition(number));
    int low = 0;
    int high = own.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (own.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    ConsumerRecord<byte[], byte[]> found = own.get(low);
    if (found.offset() != offset) {
      throw new IllegalArgumentException(
          "no record of " + partition(number) + " at " + offset + " was polled");
    }
    return new Original(found.timestamp(), found.key(), found.value());
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    scans.clear();
    begun = Map.of();
    joined = false;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    begin(new HashSet<>(partitions));
    joined = true;
  }

  /** Puts its partitions back to where they were committed. */
  private void begin(Set<TopicPartition> partitions) {
    scans.clear();
    Map<Integer, GroupPosition> positions = positions(partitions);
    Map<TopicPartition, OffsetAndTimestamp> warmUps = warmUps(positions);
    positions.forEach(
        (number, position) -> {
          TopicPartition partition = partition(number);
          PartitionScan scan = scan(number, position, warmUps.get(partition));
          scans.put(number, scan);
          consumer.seek(partition, scan.position());
        });
    begun = positions;
  }

  private Map<Integer, GroupPosition> positions(Set<TopicPartition> partitions) {
    Map<Integer, GroupPosition> positions = new HashMap<>();
    consumer
        .committed(partitions)
        .forEach(
            (partition, committed) -> {
              if (committed != null) {
                positions.put(
                    partition.partition(),
                    GroupPosition.of(committed.offset(), committed.metadata()));
              }
            });
    Set<TopicPartition> others = new HashSet<>(partitions);
    others.removeIf(partition -> positions.containsKey(partition.partition()));
    consumer
        .beginningOffsets(others)
        .forEach(
            (partition, offset) ->
                positions.put(partition.partition(), GroupPosition.of(offset, null)));
    return positions;
  }

  /** Where to read from so that repetitions are recognised at the positions. */
  private Map<TopicPartition, OffsetAndTimestamp> warmUps(Map<Integer, GroupPosition> positions) {
    if (stream.identity().id() == null) {
      return Map.of();
    }
    long span = stream.identity().dedupe().toMillis();
    Map<TopicPartition, Long> asked = new HashMap<>();
    positions.forEach(
        (number, position) -> {
          if (position.watermark() != Long.MIN_VALUE) {
            asked.put(partition(number), times.earliestOf(position.watermark() - span));
          }
        });
    return consumer.offsetsForTimes(asked);
  }

  private PartitionScan scan(
      int number, GroupPosition position, @Nullable OffsetAndTimestamp warmUp) {
    long from = warmUp == null ? position.offset() : Math.min(position.offset(), warmUp.offset());
    return PartitionScan.resume(
        stream, dedupeCapacity, number, position.offset(), position.watermark(), from);
  }

  @Override
  public boolean commit(List<LogRecord> records, Map<Integer, GroupPosition> positions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    positions.forEach(
        (number, position) ->
            offsets.put(
                partition(number), new OffsetAndMetadata(position.offset(), position.metadata())));
    return KafkaLogReader.asking(
        "store what was made of " + stream.topic(), () -> inTransaction(records, offsets));
  }

  private boolean inTransaction(
      List<LogRecord> records, Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (!canCommit) {
      producer.initTransactions();
      canCommit = true;
    }
    producer.beginTransaction();
    for (LogRecord record : records) {
      // What becomes of each is known when the transaction is committed, or is not.
      var unused = producer.send(Records.toKafka(record));
    }
    try {
      producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
    } catch (CommitFailedException e) {
      producer.abortTransaction();
      begin(consumer.assignment());
      return false;
    }
    producer.commitTransaction();
    return true;
  }

  @Override
  public void again() {
    KafkaLogReader.asking(
        "read " + stream.topic(),
        () -> {
          begin(consumer.assignment());
          return true;
        });
  }

  private TopicPartition partition(int number) {
    return new TopicPartition(stream.topic(), number);
  }

  /** A transaction that is under way is aborted, if that does not take long. */
  @Override
  public void close() {
    try {
      producer.close(CLOSING);
    } finally {
      consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSING));
    }
  }
}
