package dev.sluice.engine.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.conformance.LogWriter;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A reader that has read a stream to its end for one question, and is asked the next. */
class LentReaderTest {
  private static final int DEDUPE = 1_000;
  private static final int TRIES = 6;

  /** Far longer than it takes to turn: what a poll for nothing would wait. */
  private static final Duration POLL = Duration.ofSeconds(2);

  private static KafkaEventLog log;

  @BeforeAll
  static void open() {
    log = new KafkaEventLog(KafkaSettings.of(TestServers.kafka()));
  }

  @AfterAll
  static void close() {
    log.close();
  }

  @Test
  void turnsWithoutWaitingForTheFetchThatItHasSent() {
    CatalogStream stream = streamOf("lent_short", 10);
    try (LogReader reader = log.openLent(stream)) {
      // Any other reader's fetch keeps the broker for 100 ms.
      assertThat(leastMsOfTurning(reader, stream, 10)).isLessThan(60);
    }
  }

  @Test
  void fetchesNothingAheadBehindTheEnd() {
    CatalogStream stream = streamOf("lent_long", 3_000);
    try (LogReader reader = log.openLent(stream)) {
      assertThat(leastMsOfTurning(reader, stream, 3_000)).isLessThan(POLL.toMillis() / 2);
    }
  }

  /** The least of some, as the machine has other things to do. */
  private static long leastMsOfTurning(LogReader reader, CatalogStream stream, int events) {
    return LongStream.range(0, TRIES)
        .map(i -> msOfTurning(reader, stream, events))
        .min()
        .orElseThrow();
  }

  private static long msOfTurning(LogReader reader, CatalogStream stream, int events) {
    PartitionScan scan = PartitionScan.start(stream.definition(), DEDUPE, 0, 0).endingAt(events);
    reader.assign(List.of(scan));
    int read = 0;
    while (read < events) {
      read += reader.poll(POLL).stream().mapToInt(batch -> batch.size()).sum();
    }
    long begun = System.nanoTime();
    assertThat(reader.endOffsets()).containsEntry(0, (long) events);
    return (System.nanoTime() - begun) / 1_000_000;
  }

  private static CatalogStream streamOf(String name, int events) {
    StreamDefinition definition =
        new StreamDefinition(
            name,
            List.of(new Field("n", FieldType.LONG, false)),
            new Identity(null, null, Duration.ofMinutes(1)),
            new EventTime(
                null,
                false,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                null,
                null),
            new Storage(1, Duration.ofDays(7)),
            StreamDefinition.UnknownFields.REJECT);
    log.createTopics(definition).block();
    CatalogStream stream = new CatalogStream(definition, 1, 1, Instant.EPOCH);
    String json =
        IntStream.range(0, events)
            .mapToObj(i -> "{\"n\":" + i + "}")
            .collect(Collectors.joining(",", "[", "]"));
    log.append(LogWriter.records(stream, json, 0)).block();
    return stream;
  }
}
