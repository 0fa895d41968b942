package dev.sluice.views.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.embedded.TestServers;
import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.LogRecord;
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
import dev.sluice.model.stream.ViewSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** A table whose rows take each other's place, as a running total's do. */
class TotalTableTest {
  private static final long GENERATION = 500_000;
  private static final List<Disposable> writing = new ArrayList<>();
  private static TableBed bed;

  @BeforeAll
  static void open() {
    bed = new TableBed(TestServers.kafka(), TestServers.postgres());
  }

  @AfterAll
  static void close() {
    writing.forEach(Disposable::dispose);
    bed.close();
  }

  @Test
  void theNewestRowOfAKeyStaysUntilItsKeyIsDeleted() {
    CatalogStream stream = declare("newest", GENERATION);
    append(
        stream,
        row(stream, "[null]", null, 1),
        row(stream, "a", "a", 1),
        row(stream, "b", "b", 1),
        row(stream, "a", "a", 2),
        gone(stream, "b"),
        row(stream, "[null]", null, 2),
        row(stream, "c", "c", 1),
        gone(stream, "c"),
        row(stream, "c", "c", 2));

    TableWriter writer = writing(stream);
    awaitWritten(writer, 9);
    assertThat(bed.query("SELECT device, n, _key FROM views.newest ORDER BY _key"))
        .containsExactly("null|2|[null]", "a|2|a", "c|2|c");

    append(stream, gone(stream, "a"), row(stream, "b", "b", 3));
    awaitWritten(writer, 11);
    assertThat(bed.query("SELECT device, n FROM views.newest ORDER BY _key"))
        .containsExactly("null|2", "b|3", "c|2");
  }

  @Test
  void inAnyPortionsTheTableIsWhatTheLogComesTo() {
    Random random = new Random(3);
    CatalogStream stream = declare("portions", GENERATION + 1);
    TableWriter writer = writing(stream);
    Map<String, String> newest = new TreeMap<>();
    long sent = 0;
    for (int portion = 0; portion < 12; portion++) {
      List<LogRecord> records = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(200); i++) {
        String key = "k" + random.nextInt(30);
        if (random.nextInt(4) == 0) {
          records.add(gone(stream, key));
          newest.remove(key);
        } else {
          records.add(row(stream, key, key, i));
          newest.put(key, key + "|" + i);
        }
      }
      append(stream, records.toArray(new LogRecord[0]));
      sent += records.size();
      awaitWritten(writer, sent);
      assertThat(bed.query("SELECT device, n FROM views.portions ORDER BY _key"))
          .containsExactlyElementsOf(newest.values());
    }
  }

  private static CatalogStream declare(String name, long generation) {
    StreamDefinition definition =
        new StreamDefinition(
            name,
            List.of(
                new Field("device", FieldType.STRING, true), new Field("n", FieldType.LONG, false)),
            new Identity(null, null, Duration.ZERO),
            new EventTime(
                null,
                true,
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                null,
                null),
            new Storage(1, Duration.ofDays(7)),
            StreamDefinition.UnknownFields.REJECT,
            new ViewSource(ViewSource.Kind.TOTAL, false, false));
    bed.log.createTopics(definition).block(TableBed.LIMIT);
    return new CatalogStream(definition, (int) generation, generation, Instant.EPOCH);
  }

  /** Writes until the end of the test. */
  private static TableWriter writing(CatalogStream stream) {
    TableWriter writer = bed.writer(stream, TableBed.table(stream, true, 0), bed.store);
    writing.add(writer.write().subscribe());
    return writer;
  }

  private static void awaitWritten(TableWriter writer, long offset) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(TableBed.LIMIT)
        .until(() -> writer.next(0) >= offset);
  }

  private static void append(CatalogStream stream, LogRecord... records) {
    bed.log.append(List.of(records)).block(TableBed.LIMIT);
  }

  private static LogRecord row(CatalogStream stream, String key, @Nullable String device, long n) {
    DecodedFrame<byte[]> frame =
        new FrameDecoder(stream.definition(), stream.schemaId(), FrameBounds.DEFAULT)
            .decode(
                "[{\"device\": %s, \"n\": %d}]"
                    .formatted(device == null ? null : "\"" + device + "\"", n)
                    .getBytes(UTF_8),
                FrameFormat.JSON,
                1_767_225_600_000L,
                (time, ownKey, value) -> value);
    return record(stream, key, frame.events().get(0));
  }

  private static LogRecord gone(CatalogStream stream, String key) {
    return record(stream, key, null);
  }

  private static LogRecord record(CatalogStream stream, String key, byte @Nullable [] value) {
    return new LogRecord(
        stream.definition().topic(),
        0,
        1_767_225_600_000L,
        key.getBytes(UTF_8),
        value,
        new HashMap<>());
  }
}
