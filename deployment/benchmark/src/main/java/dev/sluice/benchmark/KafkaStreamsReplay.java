package dev.sluice.benchmark;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;

/**
 * The same aggregate written by hand in Kafka Streams' DSL: one thread, windows in memory without a
 * changelog, Avro's bytes read without an object for each event but the two numbers. Every round is
 * an application of its own, which reads from the beginning; time is from its first record to its
 * last, so that joining a group does not count.
 */
final class KafkaStreamsReplay implements Contender {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration KEPT = Duration.ofDays(1);
  private static final int LEAST_COUNT = 3;

  private final String bootstrapServers;
  private final String topic;
  private final long events;
  private final Expected expected;

  KafkaStreamsReplay(String bootstrapServers, String topic, long events, Expected expected) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.events = events;
    this.expected = expected;
  }

  @Override
  public String name() {
    return "Kafka Streams";
  }

  @Override
  public Map<String, Double> round(int number) throws Exception {
    Path directory = Files.createTempDirectory("sluice-benchmark-streams");
    Properties config = HandStreams.config(bootstrapServers, "benchmark-" + number, directory);
    Run run = new Run();
    try (KafkaStreams streams = new KafkaStreams(run.topology(), config)) {
      streams.start();
      if (!run.ended.await(RawKafka.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new TimeoutException("only " + run.read + " records were read");
      }
      // Closing commits, and that brings what caches hold.
      streams.close(HandStreams.CLOSED_WITHIN);
    } finally {
      Server.delete(directory);
    }
    WrongCount.check("filtered", Readings.filtered(events), run.filtered);
    expected.checkRows(run.rows());
    return Map.of(ReplayBenchmark.FIGURE, events * 1e9 / (run.last - run.first));
  }

  /** One thread's; read by another after its end. */
  private final class Run {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<String, HandAggregate> windows = new HashMap<>();
    private final HandDecoder decoder = new HandDecoder();
    private volatile long read;
    private long filtered;
    private volatile long first;
    private volatile long last;

    Topology topology() {
      StreamsBuilder builder = new StreamsBuilder();
      builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
          .mapValues(this::decode)
          .filter((key, reading) -> isLet(reading))
          .groupByKey(Grouped.keySerde(Serdes.ByteArray()))
          .windowedBy(TimeWindows.ofSizeAndGrace(WINDOW, HandStreams.LATENESS))
          .aggregate(
              () -> HandAggregate.NONE,
              (key, reading, aggregate) -> aggregate.with(reading),
              HandStreams.windows(KEPT, WINDOW).withLoggingDisabled())
          .toStream()
          .foreach(this::keep);
      return builder.build();
    }

    private HandDecoder.Reading decode(byte[] value) {
      if (read == 0) {
        first = System.nanoTime();
      }
      return decoder.decode(value);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread's
    private boolean isLet(HandDecoder.Reading reading) {
      boolean let = reading.isLet();
      filtered += let ? 0 : 1;
      if (++read == events) {
        last = System.nanoTime();
        ended.countDown();
      }
      return let;
    }

    /** The latest of each window and device is its result. */
    private void keep(Windowed<byte[]> window, @Nullable HandAggregate aggregate) {
      if (aggregate != null) {
        windows.put(
            Instant.ofEpochMilli(window.window().start())
                + "\",\"device\":\""
                + new String(window.key(), StandardCharsets.UTF_8),
            aggregate);
      }
    }

    /** As the query's answer would say them. */
    List<String> rows() {
      List<String> rows = new ArrayList<>();
      windows.forEach(
          (group, a) -> {
            if (a.count() >= LEAST_COUNT) {
              rows.add(
                  "{\"row\":{\"window_start\":\"%s\",\"avg_t\":%s,\"max_t\":%s,\"n\":%d}}"
                      .formatted(group, a.sum() / a.temperatures(), a.greatest(), a.count()));
            }
          });
      return rows;
    }
  }
}
