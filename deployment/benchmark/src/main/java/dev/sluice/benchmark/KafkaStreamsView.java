package dev.sluice.benchmark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;

/**
 * The view by hand: one thread, exactly once, windows in memory with a changelog, each final row
 * once into a topic of its own. Groups by the records' key, so that nothing is shuffled.
 */
final class KafkaStreamsView implements Contender {
  /** Of the windows, beyond their grace: as long as the log's time. */
  private static final Duration KEPT = Duration.ofHours(3);

  private static final int ROW_BYTES = 4 * Long.BYTES;

  private final String bootstrapServers;
  private final String topic;
  private final ExpectedView expected;
  private final RawKafka kafka;
  private final long events;

  KafkaStreamsView(
      String bootstrapServers, String topic, ExpectedView expected, RawKafka kafka, long events) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.expected = expected;
    this.kafka = kafka;
    this.events = events;
  }

  @Override
  public String name() {
    return "Kafka Streams";
  }

  @Override
  public Map<String, Double> round(int number) throws Exception {
    String rows = topic + ".by-hand-" + number;
    create(rows);
    Path directory = Files.createTempDirectory("sluice-benchmark-view");
    long began = System.nanoTime();
    try (KafkaStreams streams = new KafkaStreams(topology(rows), config(number, directory));
        ExpectedView.Reading reading = expected.reading(kafka.committed(), rows)) {
      streams.start();
      reading.untilAll(KafkaStreamsView::row);
      long took = System.nanoTime() - began;
      streams.close(HandStreams.CLOSED_WITHIN);
      return Map.of(ReplayBenchmark.FIGURE, events * 1e9 / took);
    } finally {
      Server.delete(directory);
    }
  }

  private void create(String rows) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(rows, Optional.of(Readings.PARTITIONS), Optional.empty())
                      .configs(Map.of("retention.ms", "-1"))))
          .all()
          .get(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private Properties config(int number, Path directory) {
    Properties config = HandStreams.config(bootstrapServers, "by-hand-" + number, directory);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // It looks for closed windows when a record comes, by default once a second at most: a log that
    // has ended by then would keep its last rows.
    config.put(StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_WINDOWED_AGGREGATION, 0L);
    return config;
  }

  private Topology topology(String rows) {
    StreamsBuilder builder = new StreamsBuilder();
    HandDecoder decoder = new HandDecoder();
    builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        // The pipeline writes silence into the stream while a view reads it.
        .filter((key, value) -> value != null)
        .mapValues(decoder::decode)
        .filter((key, reading) -> reading.isLet())
        .groupByKey(Grouped.keySerde(Serdes.ByteArray()))
        .windowedBy(TimeWindows.ofSizeAndGrace(expected.window(), HandStreams.LATENESS))
        .emitStrategy(EmitStrategy.onWindowClose())
        .aggregate(
            () -> HandAggregate.NONE,
            (key, reading, aggregate) -> aggregate.with(reading),
            HandStreams.windows(KEPT.plus(expected.window()), expected.window()))
        .toStream()
        .map(KafkaStreamsView::written)
        .to(rows, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    return builder.build();
  }

  private static KeyValue<byte[], byte[]> written(Windowed<byte[]> window, HandAggregate row) {
    return KeyValue.pair(
        window.key(),
        ByteBuffer.allocate(ROW_BYTES)
            .putLong(window.window().start())
            .putDouble(row.sum() / row.temperatures())
            .putDouble(row.greatest())
            .putLong(row.count())
            .array());
  }

  private static ExpectedView.Row row(ConsumerRecord<byte[], byte[]> record) {
    ByteBuffer value = ByteBuffer.wrap(record.value());
    return new ExpectedView.Row(
        value.getLong(),
        new String(record.key(), StandardCharsets.UTF_8),
        value.getDouble(),
        value.getDouble(),
        value.getLong());
  }
}
