package dev.sluice.views.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.problem.Problem;
import dev.sluice.views.delta.Delta;
import dev.sluice.views.delta.Partial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two instances of the merge on a real broker, whose transactions are cut off in the middle. */
class ExactlyOnceTest {
  private static final int PARTITIONS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SELECT = "SELECT k, COUNT(*) AS n, SUM(v) AS s FROM log GROUP BY ";
  private static final MergeSettings.Kafka KAFKA =
      new MergeSettings.Kafka(
          TestServers.kafka(), 1, "merge-exactly-once", "partials-exactly-once");

  private final Random random = new Random(42);
  private final TestViews views = new TestViews();
  private final Map<Long, Problem> failed = new ConcurrentHashMap<>();
  private final AtomicInteger faults = new AtomicInteger();
  private final AtomicInteger looks = new AtomicInteger();
  private final List<Merge> instances = new ArrayList<>();
  private final List<MergedView> all = new ArrayList<>();
  private final Map<MergedView, FirstStage> stages = new HashMap<>();
  private final List<FirstStage.Event> events = new ArrayList<>();
  private final Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafka()));
  private final KafkaProducer<byte[], byte[]> producer =
      new KafkaProducer<>(
          Map.of("bootstrap.servers", TestServers.kafka(), "transactional.id", "first-stage"),
          new ByteArraySerializer(),
          new ByteArraySerializer());

  /** Now and then a catalog that keeps silent: in the middle of a transaction. */
  private final MergedViews silentAtTimes =
      new MergedViews() {
        @Override
        public long revision() {
          if (looks.incrementAndGet() % 400 == 0) {
            faults.incrementAndGet();
            throw new StreamsException("the catalog is silent");
          }
          return views.revision();
        }

        @Override
        public boolean has(long generation) {
          return views.has(generation);
        }

        @Override
        public @Nullable MergedView find(long generation) {
          return views.find(generation);
        }

        @Override
        public void onChange(Runnable listener) {
          views.onChange(listener);
        }
      };

  @AfterEach
  void close() {
    instances.forEach(Merge::close);
    producer.close();
    admin.close();
  }

  @Test
  void rowsAreThoseOfTheEventsThoughInstancesDieAndComeAndGo() throws Exception {
    declare(1, "tumbling", SELECT + "TUMBLE(ts, INTERVAL '0.050' SECOND), k");
    declare(2, "hopping", SELECT + "HOP(ts, INTERVAL '0.020' SECOND, INTERVAL '0.050' SECOND), k");
    declare(3, "sessions", SELECT + "SESSION(ts, INTERVAL '0.015' SECOND), k");
    declare(4, "totals", SELECT + "k");
    createTopics();
    producer.initTransactions();
    start();
    start();
    for (int burst = 0; burst < 4; burst++) {
      for (int i = 0; i < 20; i++) {
        append(random.nextInt(PARTITIONS), burst * 100);
      }
      awaitMerged();
      if (burst == 1) {
        instances.remove(0).close();
      } else if (burst == 2) {
        start();
      }
    }
    IntStream.range(0, PARTITIONS).forEach(p -> flush(p, 10_000));
    awaitMerged();

    assertThat(faults).hasValueGreaterThan(2);
    assertThat(failed).isEmpty();
    assertThat(rows(all.get(0)))
        .containsExactlyInAnyOrderElementsOf(Oracle.windows(events, 50, 50));
    assertThat(rows(all.get(1)))
        .containsExactlyInAnyOrderElementsOf(Oracle.windows(events, 50, 20));
    assertThat(rows(all.get(2))).containsExactlyInAnyOrderElementsOf(Oracle.sessions(events, 15));
    assertThat(newest(all.get(3))).isEqualTo(Oracle.totals(events));
    whatIsMergedIsDeleted();
  }

  private void whatIsMergedIsDeleted() throws Exception {
    Map<TopicPartition, Long> ends = ends();
    try (Purge purge = new Purge(KAFKA, Duration.ofMillis(50));
        KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      await().atMost(LIMIT).until(() -> consumer.beginningOffsets(ends.keySet()).equals(ends));
    }
  }

  private void declare(long generation, String name, String sql) {
    MergedView view = views.add(views.plan(generation, "once_" + name, sql, PARTITIONS));
    all.add(view);
    stages.put(view, new FirstStage(view, PARTITIONS));
  }

  private void createTopics() throws Exception {
    List<String> names = new ArrayList<>(List.of(KAFKA.partials()));
    all.forEach(view -> names.add(view.stream().definition().topic()));
    // The rows' times are long ago, and the broker looks for old ones half a minute after its
    // start.
    Map<String, String> kept = Map.of("retention.ms", "-1");
    admin
        .createTopics(
            names.stream()
                .map(name -> new NewTopic(name, PARTITIONS, (short) 1).configs(kept))
                .toList())
        .all()
        .get();
  }

  private void start() {
    MergeSettings defaults = MergeSettings.of(TestServers.kafka());
    instances.add(
        new Merge(
            new MergeSettings(KAFKA, 1, 1, Duration.ofMillis(50), defaults.state()),
            silentAtTimes,
            failed::put,
            Duration.ofMillis(100),
            Duration.ofHours(1)));
  }

  /** A few events of a source partition, read by the first stage in one transaction. */
  private void append(int partition, int from) {
    for (int i = 0; i < 5; i++) {
      String key = "device-" + random.nextInt(9);
      long time = from + random.nextInt(120);
      int value = random.nextInt(100);
      FirstStage.Event event = null;
      for (FirstStage stage : stages.values()) {
        event = stage.add(partition, key, time, value);
      }
      events.add(event);
    }
    flush(partition, Long.MIN_VALUE);
  }

  private void flush(int partition, long watermark) {
    producer.beginTransaction();
    stages.forEach(
        (view, stage) -> {
          stage.punctuate(partition, watermark);
          stage.flush(partition).forEach(this::send);
        });
    producer.commitTransaction();
  }

  private void send(Partial partial) {
    byte[] key = partial.key();
    int to = Partial.partition(key, PARTITIONS);
    for (int p = 0; p < PARTITIONS; p++) {
      if (p == to || !(partial instanceof Delta)) {
        producer.send(new ProducerRecord<>(KAFKA.partials(), p, key, partial.value()));
      }
    }
  }

  /** Until everything is merged and committed. */
  private void awaitMerged() throws Exception {
    Map<TopicPartition, Long> ends = ends();
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> {
              var committed =
                  admin
                      .listConsumerGroupOffsets(KAFKA.application())
                      .partitionsToOffsetAndMetadata()
                      .get();
              return ends.entrySet().stream()
                  .allMatch(
                      end ->
                          committed.get(end.getKey()) != null
                              && committed.get(end.getKey()).offset() >= end.getValue());
            });
  }

  private Map<TopicPartition, Long> ends() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.endOffsets(
          IntStream.range(0, PARTITIONS)
              .mapToObj(p -> new TopicPartition(KAFKA.partials(), p))
              .toList());
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", TestServers.kafka(), "isolation.level", "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private static List<List<Object>> rows(MergedView view) {
    return records(view).stream()
        .filter(record -> record.headers().lastHeader(Punctuation.HEADER) == null)
        .map(record -> MergeBed.row(view, record.value(), record.timestamp()))
        .toList();
  }

  private static Map<String, List<Object>> newest(MergedView view) {
    Map<String, List<Object>> newest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records(view)) {
      newest.put(
          new String(record.key(), StandardCharsets.UTF_8),
          MergeBed.row(view, record.value(), record.timestamp()));
    }
    return newest;
  }

  /** All that is committed; in each partition windows and watermarks are in their order. */
  private static List<ConsumerRecord<byte[], byte[]>> records(MergedView view) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS)
              .mapToObj(p -> new TopicPartition(view.stream().definition().topic(), p))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long[] times = new long[PARTITIONS];
      while (!ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (view.grouping().window() != null) {
            assertThat(record.timestamp()).isGreaterThanOrEqualTo(times[record.partition()]);
            times[record.partition()] = record.timestamp();
          }
          records.add(record);
        }
      }
    }
    return records;
  }
}
