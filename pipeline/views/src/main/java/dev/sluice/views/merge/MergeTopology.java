package dev.sluice.views.merge;

import dev.sluice.engine.log.LogRecord;
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

  /** Entries bear the times of deltas, which a broker may otherwise find too far from its clock. */
  private static final Map<String, String> CHANGELOG =
      Map.of(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE));

  private MergeTopology() {}

  /**
   * @param partials the topic that is read
   */
  static Topology of(
      String partials, ProcessorSupplier<byte[], byte[], byte[], LogRecord> processor) {
    Serializer<LogRecord> value = (topic, record) -> record.value();
    StreamPartitioner<byte[], LogRecord> partitioner =
        (topic, key, record, partitions) -> Optional.of(Set.of(record.partition()));
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
