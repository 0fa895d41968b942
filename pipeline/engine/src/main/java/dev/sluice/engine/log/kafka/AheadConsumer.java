package dev.sluice.engine.log.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that fetches its next poll on a thread of its own while the last one is worked on, as
 * long as polls are large. Holds one poll at most. One thread at a time.
 */
final class AheadConsumer implements AutoCloseable {
  /** Records of a poll below which fetching ahead would cost more than it gains. */
  private static final int LARGE = 1_024;

  private static final long IDLE_SECONDS = 5;

  private final Consumer<byte[], byte[]> consumer;
  private final ThreadPoolExecutor fetcher =
      new ThreadPoolExecutor(
          0,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          task -> {
            Thread thread = new Thread(task, "sluice-log-fetch");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable FutureTask<Polled> ahead;

  AheadConsumer(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * What one poll gave.
   *
   * @param positions offset of the next record of each assigned partition, after it
   */
  record Polled(ConsumerRecords<byte[], byte[]> records, Map<TopicPartition, Long> positions) {}

  /**
   * @param goesOn whether there is more to fetch behind these positions
   */
  Polled poll(Duration timeout, Predicate<Map<TopicPartition, Long>> goesOn) {
    FutureTask<Polled> fetched = ahead;
    ahead = null;
    Polled polled = fetched == null ? pollNow(timeout) : result(fetched);
    if (polled.records().count() >= LARGE && goesOn.test(polled.positions())) {
      FutureTask<Polled> next = new FutureTask<>(() -> pollNow(timeout));
      fetcher.execute(next);
      ahead = next;
    }
    return polled;
  }

  private Polled pollNow(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      positions.put(partition, consumer.position(partition));
    }
    return new Polled(records, positions);
  }

  /** The consumer, for anything but a poll, once the poll under way has ended. */
  Consumer<byte[], byte[]> idle() {
    if (ahead != null) {
      await(ahead);
    }
    return consumer;
  }

  /** Drops what was fetched and not yet given: the consumer is about to read something else. */
  Consumer<byte[], byte[]> anew() {
    Consumer<byte[], byte[]> own = idle();
    ahead = null;
    return own;
  }

  private static Polled result(Future<Polled> fetched) {
    try {
      return fetched.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Waits for its end, not for its success: a failure belongs to the poll that asks for it. */
  private static void await(Future<Polled> fetched) {
    try {
      fetched.get();
    } catch (ExecutionException | CancellationException e) {
      // See above.
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    anew().close();
    fetcher.shutdown();
  }
}
