package dev.sluice.engine.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.catalog.CatalogStream;
import dev.sluice.engine.flow.Flow;
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
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TailTest {
  private static final int CAPACITY = 10_000;
  private static final CatalogStream STREAM =
      RandomLogs.stream(true, 1, Duration.ofSeconds(5), Duration.ZERO);

  /** So many that some of them are waited for. */
  private static final int MANY = 20;

  private static final int NOT_WAITED_FOR = 8;
  private static final int POLLS = 6;

  private final List<Integer> yetToCome = new CopyOnWriteArrayList<>();
  private final List<Taker> takers = IntStream.range(0, MANY).mapToObj(i -> new Taker()).toList();
  private final CountDownLatch polls = new CountDownLatch(POLLS);
  private volatile @Nullable TailRing ring;

  /** Takes what there is, or nothing. */
  private static final class Taker implements Follower {
    private final AtomicLong place = new AtomicLong();
    private volatile boolean takes = true;

    @Override
    public void wake() {
      // In its own time: see takeAll.
    }

    @Override
    public long place() {
      return place.get();
    }
  }

  @Test
  void whatIsNewWaitsUntilMostHaveComeToWhatThereIs() throws Exception {
    tail();

    assertThat(yetToCome).allMatch(left -> left <= NOT_WAITED_FOR);
  }

  @Test
  void whoWasNotAbreastIsWaitedForLessLong() throws Exception {
    takers.forEach(taker -> taker.takes = false);
    long begin = System.nanoTime();

    tail();

    assertThat(yetToCome).containsOnly(MANY);
    // The first poll waits for them, the last may not have yet; each other would have waited a
    // second.
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofMillis(200 * (POLLS - 2)), Duration.ofSeconds(POLLS));
  }

  /** Follows a tail until it has read a few times. */
  private void tail() throws InterruptedException {
    try (Tails tails =
        new Tails(log(), EventBatch.MAX_ROWS, CAPACITY, new Flow(new SimpleMeterRegistry()))) {
      Tail tail = tails.acquire(STREAM);
      takers.forEach(tail::follow);
      await().until(() -> tail.ring().head() != null);
      takeAll(tail.ring());
      ring = tail.ring();
      while (!polls.await(1, TimeUnit.MILLISECONDS)) {
        takeAll(tail.ring());
      }
    }
  }

  private void takeAll(TailRing from) {
    long next = from.next();
    takers.stream().filter(taker -> taker.takes).forEach(taker -> taker.place.set(next));
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
    TailRing known = ring;
    if (known == null) {
      return List.of();
    }
    long next = known.next();
    yetToCome.add((int) takers.stream().filter(taker -> taker.place() < next).count());
    polls.countDown();
    List<Stored> records = RandomLogs.records(STREAM, new Random(1), 3, 0, Shape.WILD);
    return RandomLogs.batches(STREAM, scan, records, List.of());
  }

  private static <T> T of(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(TailTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
