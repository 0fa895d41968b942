package dev.sluice.gateway.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.catalog.Streams;
import dev.sluice.engine.flow.Flow;
import dev.sluice.engine.log.LogRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class OwnWriterTest implements Streams {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private final Scheduler thread = Schedulers.newSingle("own-test", true);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Holds what the meters hold weakly. */
  private final Flow flow = new Flow(meters);

  private final List<LogRecord> stored = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean declared;

  private OwnWriter writer(Scheduler on) {
    return new OwnWriter(OwnStreams.DEVICES, 64, this, this::append, Clock.systemUTC(), on, flow);
  }

  @AfterEach
  void close() {
    thread.dispose();
  }

  private Mono<Void> append(List<LogRecord> records) {
    return Mono.defer(
        () -> {
          if (failures.getAndDecrement() > 0) {
            return Mono.error(new IllegalStateException("away"));
          }
          stored.addAll(records);
          return Mono.empty();
        });
  }

  @Test
  void whatComesInAStormIsBoundedAndCountedAndWhatIsDearFindsRoom() {
    OwnWriter writer = writer(VirtualTimeScheduler.create());
    for (int i = 0; i < 100; i++) {
      assertThat(writer.offer(event(i), false)).isEqualTo(i < 32);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(writer.offer(event(i), true)).isEqualTo(i < 32);
    }
    assertThat(meters.get("sluice.buffer.fill").tag("buffer", OwnStreams.DEVICES).gauge().value())
        .isEqualTo(64);
    assertThat(
            meters
                .get("sluice.buffer.dropped")
                .tag("buffer", OwnStreams.DEVICES)
                .functionCounter()
                .count())
        .isEqualTo(136);
  }

  @Test
  void whatWaitedForTheStreamAndTheLogIsStoredInItsOrder() {
    failures.set(2);
    OwnWriter writer = writer(thread);
    for (int i = 0; i < 10; i++) {
      writer.offer(event(i), false);
    }
    declared = true;

    await().atMost(Duration.ofSeconds(60)).until(() -> stored.size() == 10);

    assertThat(stored).extracting(LogRecord::topic).containsOnly("sluice.devices");
    assertThat(stored)
        .extracting(LogRecord::timestamp)
        .isEqualTo(stored.stream().map(LogRecord::timestamp).sorted().toList());
    assertThat(writer.finish()).isTrue();
  }

  private static OwnEvent event(int number) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("ts", NOW.plusMillis(number));
    values.put("connection", "c" + number);
    values.put("seq", 1L);
    values.put("event", "connected");
    values.put("door", "http");
    values.put("sends_to", "readings");
    values.put("subject", "anonymous");
    values.put("since", NOW);
    values.put("gateway", "g");
    return new OwnEvent(values);
  }

  @Override
  public @Nullable CatalogStream find(String name) {
    return declared ? new CatalogStream(OwnStreams.devices(Duration.ofDays(1)), 1, 1, NOW) : null;
  }

  @Override
  public Collection<CatalogStream> all() {
    return List.of();
  }

  @Override
  public void onChange(Consumer<String> listener) {}
}
