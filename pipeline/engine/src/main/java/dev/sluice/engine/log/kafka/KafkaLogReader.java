package dev.sluice.engine.log.kafka;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.WriterSchemas;
import dev.sluice.engine.source.SchemaRegistry;
import dev.sluice.model.event.EventBatch;
import dev.sluice.model.problem.Problem;
import dev.sluice.model.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Reads a stream's topic with a consumer of its own, without a group. */
final class KafkaLogReader implements LogReader {
  private final AheadConsumer consumer;
  private final Admin admin;
  private final RecordBatches batches;
  private final List<TopicPartition> partitions = new ArrayList<>();
  private final Map<Integer, PartitionScan> scans = new HashMap<>();
  private Set<TopicPartition> paused = Set.of();
  private final TopicTimes times;

  /**
   * @param consumer its settings
   */
  KafkaLogReader(
      Map<String, Object> consumer,
      Admin admin,
      SchemaRegistry registry,
      WriterSchemas writers,
      CatalogStream stream) {
    this.consumer = new AheadConsumer(new KafkaConsumer<>(consumer));
    this.admin = admin;
    this.batches = new RecordBatches(stream, registry, writers);
    this.times = TopicTimes.of(stream.definition());
    for (int p = 0; p < stream.definition().storage().partitions(); p++) {
      partitions.add(new TopicPartition(stream.definition().topic(), p));
    }
  }

  @Override
  public Map<Integer, Long> endOffsets() {
    return byPartition(
        asking("tell the end of " + topic(), () -> consumer.idle().endOffsets(partitions)));
  }

  @Override
  public Map<Integer, Long> beginOffsets() {
    return byPartition(
        asking(
            "tell the beginning of " + topic(),
            () -> consumer.idle().beginningOffsets(partitions)));
  }

  @Override
  public Map<Integer, RecordPosition> positionsAt(Map<Integer, Long> eventTimes) {
    Map<TopicPartition, Long> asked = new HashMap<>();
    eventTimes.forEach(
        (partition, time) -> asked.put(partitions.get(partition), times.earliestOf(time)));
    Map<Integer, RecordPosition> found = new HashMap<>();
    asking("find a time in " + topic(), () -> consumer.idle().offsetsForTimes(asked))
        .forEach(
            (partition, place) -> {
              if (place != null) {
                found.put(
                    partition.partition(),
                    new RecordPosition(place.offset(), times.latestOf(place.timestamp())));
              }
            });
    return found;
  }

  @Override
  public Map<Integer, RecordPosition> latest() {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.maxTimestamp()));
    try {
      Map<Integer, RecordPosition> found = new HashMap<>();
      admin
          .listOffsets(asked)
          .all()
          .get()
          .forEach(
              (partition, place) -> {
                if (place.offset() >= 0) {
                  found.put(
                      partition.partition(), new RecordPosition(place.offset(), place.timestamp()));
                }
              });
      return found;
    } catch (ExecutionException e) {
      throw KafkaCalls.unavailable("tell the latest record of " + topic(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaCalls.unavailable("tell the latest record of " + topic(), e);
    }
  }

  @Override
  public void assign(Collection<PartitionScan> assigned) {
    scans.clear();
    List<TopicPartition> read = new ArrayList<>();
    for (PartitionScan scan : assigned) {
      scans.put(scan.partition(), scan);
      read.add(partitions.get(scan.partition()));
    }
    Consumer<byte[], byte[]> idle = consumer.anew();
    idle.assign(read);
    idle.resume(read);
    paused = Set.of();
    for (PartitionScan scan : assigned) {
      idle.seek(partitions.get(scan.partition()), scan.position());
    }
  }

  @Override
  public void pauseOnly(Collection<Integer> numbers) {
    Set<TopicPartition> pause = new HashSet<>();
    for (Integer number : numbers) {
      if (scans.containsKey(number)) {
        pause.add(partitions.get(number));
      }
    }
    if (!pause.equals(paused)) {
      Consumer<byte[], byte[]> idle = consumer.idle();
      idle.resume(paused);
      idle.pause(pause);
      paused = pause;
    }
  }

  @Override
  public List<EventBatch> poll(Duration timeout) {
    AheadConsumer.Polled polled =
        asking("read " + topic(), () -> consumer.poll(timeout, this::goesOn));
    batches.prepare(polled.records());
    List<EventBatch> read = new ArrayList<>();
    for (PartitionScan scan : scans.values()) {
      TopicPartition partition = partitions.get(scan.partition());
      long next = polled.positions().getOrDefault(partition, 0L);
      batches.scan(scan, polled.records().records(partition), next, read);
    }
    return read;
  }

  /** Whether any of what it reads goes on behind these positions. */
  private boolean goesOn(Map<TopicPartition, Long> positions) {
    return scans.values().stream()
        .anyMatch(
            scan -> positions.getOrDefault(partitions.get(scan.partition()), 0L) < scan.end());
  }

  private String topic() {
    return partitions.get(0).topic();
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> found = new HashMap<>();
    offsets.forEach((partition, offset) -> found.put(partition.partition(), offset));
    return found;
  }

  static <T> T asking(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (OffsetOutOfRangeException e) {
      throw Problem.of(
              ProblemCode.POSITION_EXPIRED,
              "the log no longer has this position ("
                  + e.getMessage()
                  + "): start from=earliest or later")
          .toException(e);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      throw KafkaCalls.unavailable(what, e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
