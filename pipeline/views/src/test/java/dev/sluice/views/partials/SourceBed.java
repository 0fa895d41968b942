package dev.sluice.views.partials;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.kafka.KafkaEventLog;
import dev.sluice.engine.log.kafka.KafkaSettings;
import dev.sluice.engine.plan.QueryPlan;
import dev.sluice.engine.sql.SqlPlanner;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.view.ViewDefinition.Late;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A stream {@code <name>(k, v, ts)} on a real broker, and plans over it. */
final class SourceBed implements Streams, AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);
  static final String KAFKA = "sluice.test.kafka";
  static final Duration DEDUPE = Duration.ofMinutes(1);

  final KafkaEventLog log = new KafkaEventLog(KafkaSettings.of(kafka()));
  final CatalogStream source;
  final PartialsTopic topic;
  private final String name;
  private final FrameDecoder decoder;

  SourceBed(String name, int partitions) {
    this(name, partitions, new Identity(null, null, Duration.ZERO));
  }

  SourceBed(String name, int partitions, Identity identity) {
    this.name = name;
    source = new CatalogStream(definition(name, partitions, identity), 1, 1, Instant.EPOCH);
    decoder = new FrameDecoder(source.definition(), source.schemaId(), FrameBounds.DEFAULT);
    log.createTopics(source.definition()).block(LIMIT);
    String between = "partials." + name;
    topic = new PartialsTopic(between, required(log.createTopic(between, 2).block(LIMIT)));
  }

  /** The test's broker, in another process too. */
  static String kafka() {
    String told = System.getProperty(KAFKA);
    return told == null ? TestServers.kafka() : told;
  }

  private static StreamDefinition definition(String name, int partitions, Identity identity) {
    return new StreamDefinition(
        name,
        List.of(
            new Field("k", FieldType.STRING, false),
            new Field("v", FieldType.LONG, false),
            new Field("ts", FieldType.TIMESTAMP, false)),
        identity,
        new EventTime(
            "ts", true, Duration.ofMillis(10), Duration.ZERO, Duration.ofSeconds(1), null, null),
        new Storage(partitions, Duration.ofDays(1)),
        StreamDefinition.UnknownFields.REJECT);
  }

  /** A stream for rows, which has its topic. */
  CatalogStream declare(StreamDefinition definition) {
    log.createTopics(definition).block(LIMIT);
    return new CatalogStream(definition, 2, 2, Instant.EPOCH);
  }

  /** The stage of a view; those of one group share the partitions. */
  ViewPartials stage(String sql, CatalogStream result) {
    return stage(sql, result, Late.COUNT);
  }

  ViewPartials stage(String sql, CatalogStream result, Late late) {
    QueryPlan plan = new SqlPlanner(this).plan(sql).plan();
    return new ViewPartials("sluice.view." + name + ".7", 7, plan, source, result, null, late);
  }

  RunningStage start(ViewPartials stage) {
    return new RunningStage(
        stage.run(
            log, topic, new PartialsSettings(Duration.ofMillis(20), 1 << 20), Clock.systemUTC()));
  }

  void send(int partition, String key, long value, long time) {
    DecodedFrame<LogRecord> frame =
        decoder.decode(
            "{\"k\":\"%s\",\"v\":%d,\"ts\":%d}"
                .formatted(key, value, time)
                .getBytes(StandardCharsets.UTF_8),
            FrameFormat.JSON,
            0,
            (at, recordKey, bytes) ->
                new LogRecord(
                    source.definition().topic(), partition, at, recordKey, bytes, Map.of()));
    if (!frame.rejected().isEmpty() || frame.problem() != null) {
      throw new IllegalArgumentException(frame.toString());
    }
    append(frame.events());
  }

  void append(List<LogRecord> records) {
    log.append(records).block(LIMIT);
  }

  /** All that is committed in a topic, by a plain consumer. */
  static List<ConsumerRecord<byte[], byte[]>> committed(String topic, int partitions) {
    List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int p = 0; p < partitions; p++) {
        all.add(new TopicPartition(topic, p));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(all));
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(read::add);
      }
    }
    return read;
  }

  @Override
  public @Nullable CatalogStream find(String stream) {
    return stream.equals(name) ? source : null;
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of(source);
  }

  @Override
  public void onChange(Consumer<String> listener) {}

  @Override
  public void close() {
    log.close();
  }

  private static <T> T required(@Nullable T value) {
    return Objects.requireNonNull(value);
  }
}
