package dev.sluice.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Many devices over RSocket, each with a connection of its own. Each sends an event now and then,
 * keeps it until it is acked, and sends it again on its next connection; which it opens itself when
 * it has lost one.
 */
final class StormDevices implements AutoCloseable {
  private static final Duration BACK_OFF = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofMillis(200);

  private final int port;
  private final String stream;
  private final Duration period;
  private final List<One> devices = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param period from an ack to the next event, on average
   */
  StormDevices(int port, String stream, Duration period) {
    this.port = port;
    this.stream = stream;
    this.period = period;
  }

  /** Lets so many more come, within a second. */
  void join(int count) {
    for (int i = 0; i < count; i++) {
      One device = new One(devices.size());
      devices.add(device);
      device.connectAfter(device.jitter(BACK_OFF));
    }
  }

  /** Cuts all connections at once. */
  void cut() {
    devices.forEach(One::cut);
  }

  /** No new events from here on; what is not acked is still sent. */
  void finish() {
    devices.forEach(device -> device.finishing = true);
  }

  int size() {
    return devices.size();
  }

  /** Events that are acked. */
  long acked() {
    return devices.stream().mapToLong(device -> device.acked).sum();
  }

  /** Whether nobody waits for an ack. */
  boolean quiet() {
    return devices.stream().allMatch(device -> device.pending == null);
  }

  /**
   * Waits until each has an ack of after a moment.
   *
   * @param since as {@link System#nanoTime()}
   * @return when each had its first, ns after it, in ascending order
   */
  long[] ackedSince(long since, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < until
        && !devices.stream().allMatch(device -> device.firstAckSince > since)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return devices.stream()
        .mapToLong(device -> device.firstAckSince - since)
        .filter(nanos -> nanos > 0)
        .sorted()
        .toArray();
  }

  @Override
  public void close() {
    closed = true;
    cut();
  }

  /** Its state is written by one of the connections' threads at a time. */
  private final class One {
    private final int number;
    private final Random random;
    private volatile @Nullable Device open;
    private volatile boolean finishing;
    private volatile byte @Nullable [] pending;
    private volatile long acked;
    private volatile long firstAckSince;
    private volatile boolean cut = true;
    private long made;

    One(int number) {
      this.number = number;
      this.random = new Random(number);
    }

    Duration jitter(Duration most) {
      return Duration.ofNanos((long) (random.nextDouble() * most.toNanos()));
    }

    void connectAfter(Duration delay) {
      Schedulers.parallel().schedule(this::connect, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void connect() {
      if (!closed) {
        var unused =
            Device.connection(port, stream)
                .flatMap(this::serve)
                .onErrorComplete()
                .subscribe(null, null, () -> connectAfter(BACK_OFF.plus(jitter(BACK_OFF))));
      }
    }

    private Mono<Void> serve(Device device) {
      Sinks.Many<byte[]> frames =
          Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(1));
      open = device;
      next(frames, Duration.ZERO);
      return device
          .send(frames.asFlux())
          .doOnNext(ack -> told(ack, frames))
          .then()
          .doFinally(end -> device.close());
    }

    /** What was not acked before comes first. */
    private void next(Sinks.Many<byte[]> frames, Duration delay) {
      Schedulers.parallel()
          .schedule(
              () -> {
                byte[] frame = pending;
                if (frame == null && !finishing) {
                  frame = event();
                  pending = frame;
                }
                if (frame != null) {
                  var unused = frames.tryEmitNext(frame);
                }
              },
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    }

    private void told(String ack, Sinks.Many<byte[]> frames) {
      if (!Device.isStored(ack, 1)) {
        next(frames, AGAIN);
        return;
      }
      acked++;
      pending = null;
      if (cut) {
        firstAckSince = System.nanoTime();
        cut = false;
      }
      next(frames, period.dividedBy(2).plus(jitter(period)));
    }

    private byte[] event() {
      return "[{\"device\":\"d%d\",\"seq\":%d,\"ts\":\"%s\",\"temperature\":21.5}]"
          .formatted(number, made++, Instant.ofEpochMilli(System.currentTimeMillis()))
          .getBytes(StandardCharsets.US_ASCII);
    }

    void cut() {
      cut = true;
      Device device = open;
      if (device != null) {
        device.close();
      }
    }
  }
}
