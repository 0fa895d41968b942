package dev.sluice.views;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Streams as views' rows are, in a real log. */
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
}
