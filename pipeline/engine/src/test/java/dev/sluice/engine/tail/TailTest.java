package dev.sluice.engine.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.log.EventLog;
import dev.sluice.engine.log.LogReader;
import dev.sluice.engine.log.PartitionScan;
import dev.sluice.engine.log.RandomLogs;
import dev.sluice.engine.log.RandomLogs.Shape;
import dev.sluice.engine.log.RandomLogs.Stored;
import dev.sluice.model.event.EventBatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class TailTest {
  private static final int CAPACITY = 10_000;
  private static final CatalogStream STREAM =
      RandomLogs.stream(true, 1, Duration.ofSeconds(5), Duration.ZERO);

  private final List<String> steps = new CopyOnWriteArrayList<>();
  private final CountDownLatch read = new CountDownLatch(3);

  @Test
  void whatIsNewWaitsWhileFollowersAreBusy() throws Exception {
    Queue<Integer> waiting = new ArrayDeque<>(List.of(9, 1, 0, 0));

    tail(() -> step("asked") ? Objects.requireNonNullElse(waiting.poll(), 0) : 0);

    assertThat(steps)
        .startsWith(
            "read", "told", "asked", "asked", "asked", "read", "told", "asked", "read", "told");
  }

  @Test
  void whatIsNewDoesNotWaitForLong() throws Exception {
    tail(() -> 1);

    assertThat(steps).filteredOn("read"::equals).hasSizeGreaterThanOrEqualTo(3);
  }

  private boolean step(String step) {
    return steps.add(step);
  }

  /** Follows a tail until it has read a few times. */
  private void tail(IntSupplier waiting) throws InterruptedException {
    try (Tails tails = new Tails(log(), 4, CAPACITY, waiting, new SimpleMeterRegistry())) {
      Tail tail = tails.acquire(STREAM);
      tail.follow(() -> step("told"));
      tail.follow(() -> {});
      assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private EventLog log() {
    LogReader empty = new RandomLogs.Reader(STREAM, List.of());
    PartitionScan scan = PartitionScan.start(STREAM.definition(), CAPACITY, 0, 0);
    LogReader endless =
        of(
            LogReader.class,
            (proxy, method, arguments) ->
                method.getName().equals("poll") ? another(scan) : method.invoke(empty, arguments));
    return of(EventLog.class, (proxy, method, arguments) -> endless);
  }

  private List<EventBatch> another(PartitionScan scan) {
    step("read");
    read.countDown();
    List<Stored> records = RandomLogs.records(STREAM, new Random(1), 3, 0, Shape.WILD);
    return RandomLogs.batches(STREAM, scan, records, List.of());
  }

  private static <T> T of(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(TailTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
