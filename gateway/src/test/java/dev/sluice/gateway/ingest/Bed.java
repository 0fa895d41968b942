package dev.sluice.gateway.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.flow.Hop;
import dev.sluice.engine.flow.Stage;
import dev.sluice.gateway.own.TestWriters;
import dev.sluice.gateway.presence.Presence;
import dev.sluice.gateway.presence.TestPresence;
import dev.sluice.gateway.quota.Rate;
import dev.sluice.gateway.security.Caller;
import dev.sluice.model.json.FrameBounds;
import dev.sluice.model.json.FrameFormat;
import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamDefinition.UnknownFields;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/** An ingest path before a log in memory. */
final class Bed implements Streams, AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  static final String GOOD = "{\"device\":\"a\",\"n\":1}";
  static final String BAD = "{\"device\":\"a\",\"n\":\"x\"}";
  static final int FRAME_BYTES = 1024;

  final TestLog log = new TestLog();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Flow flow = new Flow(meters);
  final IngestThreads threads = new IngestThreads(2);
  final Presence presence =
      TestPresence.of(
          TestWriters.devices(
              1_000, this, log::append, Clock.systemUTC(), Schedulers.parallel(), flow),
          Clock.systemUTC());
  final IngestBudget budget;
  final Ingest ingest;
  private final Map<String, CatalogStream> streams = new ConcurrentHashMap<>();

  Bed(long budgetBytes) {
    this(budgetBytes, Duration.ofSeconds(5));
  }

  Bed(long budgetBytes, Duration wait) {
    budget = new IngestBudget(budgetBytes, 2, wait, Schedulers.parallel(), flow);
    declare("readings");
    ingest =
        new Ingest(
            this,
            log::append,
            budget,
            new FrameBounds(FRAME_BYTES, 20, 512, 8),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new Doors(
                flow,
                new Hop(Stage.DOORS_IN, Doors.RSOCKET),
                new Hop(Stage.DOORS_IN, Doors.WEBSOCKET),
                new Hop(Stage.DOORS_IN, Doors.HTTP)),
            flow);
  }

  FrameCredit credit(long connectionBytes, int grants, FrameCredit.UnreadAcks unread) {
    return new FrameCredit(
        budget,
        FRAME_BYTES,
        connectionBytes,
        grants,
        unread,
        System::nanoTime,
        Schedulers.parallel());
  }

  void declare(String name) {
    StreamDefinition definition =
        new StreamDefinition(
            name,
            List.of(
                new Field("device", FieldType.STRING, false), new Field("n", FieldType.LONG, true)),
            new Identity("device", null, Duration.ofMinutes(1)),
            new EventTime(
                null,
                false,
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Duration.ofSeconds(2),
                null,
                null),
            new Storage(1, Duration.ofDays(1)),
            UnknownFields.REJECT);
    streams.put(name, new CatalogStream(definition, 1, 1, NOW));
  }

  void drop(String name) {
    streams.remove(name);
  }

  static Frame frame(long number, String json) {
    return new Frame(
        "readings",
        number,
        FrameFormat.EITHER,
        json.getBytes(UTF_8),
        new Frame.Origin(Doors.HTTP, "bench", Caller.ANYONE, Rate.UNBOUNDED));
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return streams.get(name);
  }

  @Override
  public Collection<CatalogStream> all() {
    return streams.values();
  }

  @Override
  public void onChange(Consumer<String> listener) {}

  @Override
  public void close() {
    threads.close();
  }
}
