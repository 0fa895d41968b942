package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogRecord;
import dev.sluice.engine.log.Punctuation;
import dev.sluice.model.json.DecodedFrame;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameDecoder;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Streams as views' rows are, which tests append to a real log. */
public record RowStreams(EventLog log) {
  public static final Duration LIMIT = Duration.ofSeconds(60);
  private static final AtomicLong GENERATION = new AtomicLong(1_000);

  /** One of event time {@code ts}: what is late moves nothing. */
  public CatalogStream declare(String name, int partitions, Field... fields) {
    StreamDefinition definition =
        new StreamDefinition(
            name,
            List.of(fields),
            new Identity(null, null, Duration.ofMinutes(1)),
            new EventTime(
                "ts",
                true,
                Duration.ZERO,
                Duration.ofMinutes(1),
                Duration.ofMillis(500),
                null,
                null),
            new Storage(partitions, Duration.ofDays(7)),
            StreamDefinition.UnknownFields.REJECT);
    log.createTopics(definition).block(LIMIT);
    long generation = GENERATION.incrementAndGet();
    return new CatalogStream(definition, (int) generation, generation, Instant.EPOCH);
  }

  /**
   * @param events JSON
   */
  public void send(CatalogStream stream, int partition, String events) {
    FrameDecoder decoder =
        new FrameDecoder(stream.definition(), stream.schemaId(), FrameBounds.DEFAULT);
    DecodedFrame<LogRecord> frame =
        decoder.decode(
            events.getBytes(StandardCharsets.UTF_8),
            FrameFormat.JSON,
            System.currentTimeMillis(),
            (time, key, value) ->
                new LogRecord(stream.definition().topic(), partition, time, key, value, Map.of()));
    if (!frame.rejected().isEmpty() || frame.problem() != null) {
      throw new IllegalArgumentException(frame.toString());
    }
    log.append(frame.events()).block(LIMIT);
  }

  public void punctuate(CatalogStream stream, int partition, Instant watermark) {
    log.append(
            List.of(
                Punctuation.record(
                    stream.definition().topic(), partition, watermark.toEpochMilli())))
        .block(LIMIT);
  }
}
