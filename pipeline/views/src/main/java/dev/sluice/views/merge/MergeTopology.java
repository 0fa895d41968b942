package dev.sluice.views.merge;

import dev.sluice.engine.log.LogRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** One processor between the deltas of all views and their topics. */
final class MergeTopology {
  private static final String SOURCE = "deltas";
  private static final String MERGE = "merge";
  private static final String SINK = "rows";

  private static final int SEGMENT_BYTES = 16 << 20;
  private static final String LEAST_DIRTY = "0.2";

  /** Longer than reading a changelog takes: who has read an entry must see that it was removed. */
  private static final Duration REMOVAL_KEPT = Duration.ofMinutes(15);

  /**
   * Entries bear the times of deltas, which a broker may otherwise find too far from its clock.
   * Kafka compacts only segments that are full, by default of 1 GiB, and keeps removals for a day:
   * whoever takes over a partition would read its past, and not its state.
   */
  private static final Map<String, String> CHANGELOG =
      Map.of(
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
          String.valueOf(Long.MAX_VALUE),
          TopicConfig.SEGMENT_BYTES_CONFIG,
          String.valueOf(SEGMENT_BYTES),
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          LEAST_DIRTY,
          TopicConfig.DELETE_RETENTION_MS_CONFIG,
          String.valueOf(REMOVAL_KEPT.toMillis()));

  private MergeTopology() {}

  /**
   * @param partials the topic that is read
   */
  static Topology of(
      String partials, ProcessorSupplier<byte[], byte[], byte[], LogRecord> processor) {
    Serializer<LogRecord> value = (topic, record) -> record.value();
    StreamPartitioner<byte[], LogRecord> partitioner =
        (topic, key, record, partitions) -> Optional.ofNullable(record.partition()).map(Set::of);
    return new Topology()
        .addSource(
            AutoOffsetReset.earliest(),
            SOURCE,
            (ConsumerRecord<Object, Object> record, long before) -> Math.max(0, record.timestamp()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            partials)
        .addProcessor(MERGE, processor, SOURCE)
        .addStateStore(store(MergeProcessor.GROUPS, Serdes.Bytes()), MERGE)
        .addStateStore(store(MergeProcessor.PROGRESS, Serdes.Long()), MERGE)
        .addSink(
            SINK,
            (key, record, context) -> record.topic(),
            new ByteArraySerializer(),
            value,
            partitioner,
            MERGE);
  }

  private static <K> StoreBuilder<KeyValueStore<K, byte[]>> store(String name, Serde<K> key) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), key, Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG)
        .withCachingDisabled();
  }
}
