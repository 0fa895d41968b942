package dev.sluice.fleet;

import dev.sluice.client.DeviceCounters;
import dev.sluice.client.DiskBuffer;
import dev.sluice.client.Rejection;
import dev.sluice.client.SluiceDevice;
import dev.sluice.client.SluiceDeviceBuilder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * A fleet of recorded buses on the road. Declares the stream {@code buses} if it is absent, lets
 * the buses set out a few at a time, and replays their reports until it is stopped. Safe for use by
 * many threads.
 */
public final class Fleet implements Disposable {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
  private static final Duration TICK = Duration.ofMillis(25);

  /** 160 connections a second. */
  private static final int SET_OUT_PER_TICK = 4;

  /** A bus reports about every 4 s at the default speed: room for a quarter of an hour. */
  private static final int BUFFER_EVENTS = 256;

  private static final long BUFFER_BYTES = BUFFER_EVENTS * 512L;

  private final FleetOptions options;
  private final Clock clock;
  private final LoopResources eventLoop = LoopResources.create("sluice-fleet", 1, true);
  private final Disposable.Swap driving = Disposables.swap();
  private final Sinks.Empty<Void> declared = Sinks.empty();
  private final Map<String, Bus> buses = new ConcurrentHashMap<>();
  private final AtomicLong due = new AtomicLong();
  private final AtomicLong early = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicBoolean rejectionLogged = new AtomicBoolean();
  private volatile @Nullable Throwable failure;
  private final List<Replay> replays = new ArrayList<>();
  private double speed;
  private boolean parked;

  private Fleet(FleetOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
    this.speed = options.speed();
  }

  /**
   * Sends the fleet out. It waits for a gateway that is not there yet.
   *
   * @return at once
   */
  public static Fleet start(FleetOptions options) {
    Fleet fleet = new Fleet(options, Clock.systemUTC());
    fleet.drive();
    return fleet;
  }

  private void drive() {
    driving.update(
        BusesStream.ensure(options)
            .doOnSuccess(done -> declared.tryEmitEmpty())
            .then(Mono.fromCallable(Recording::all).subscribeOn(Schedulers.boundedElastic()))
            .flatMapMany(this::replay)
            .subscribe(tick -> {}, this::failed));
  }

  private Flux<Long> replay(List<Recording> days) {
    Iterator<String> departures = Recording.busesInOrder(days).iterator();
    begin(days);
    return Flux.interval(TICK).onBackpressureDrop().doOnNext(tick -> tick(departures));
  }

  private synchronized void begin(List<Recording> days) {
    long now = clock.millis();
    for (Recording day : days) {
      replays.add(new Replay(day, speed, now));
    }
  }

  private synchronized void tick(Iterator<String> departures) {
    if (parked) {
      return;
    }
    setOut(departures);
    for (Replay replay : replays) {
      replay.advance(clock.millis(), this::report);
    }
  }

  /** No report is sent after this. */
  private synchronized void park() {
    parked = true;
    driving.dispose();
  }

  private void report(Report report, long ts) {
    due.incrementAndGet();
    Bus bus = buses.get(report.bus());
    if (bus == null) {
      early.incrementAndGet();
    } else if (!bus.send(report, ts)) {
      dropped.incrementAndGet();
    }
  }

  private void setOut(Iterator<String> departures) {
    for (int i = 0; i < SET_OUT_PER_TICK && departures.hasNext(); i++) {
      // Above what an earlier run used: a bus never sends 1,000 reports a second.
      String bus = departures.next();
      buses.put(bus, new Bus(connect(bus), clock.millis()));
    }
  }

  private SluiceDevice connect(String bus) {
    SluiceDeviceBuilder device =
        SluiceDevice.builder(options.rsocketHost(), options.rsocketPort(), BusesStream.NAME)
            .buffer(BUFFER_EVENTS, BUFFER_BYTES)
            .eventLoops(eventLoop)
            .onRejected(this::rejected);
    Path disk = options.disk();
    if (disk != null) {
      device.disk(new DiskBuffer(disk.resolve(bus), BUFFER_BYTES, DiskBuffer.Fsync.EVERY_SECOND));
    }
    Path tokenFile = options.access().tokenFile();
    if (tokenFile != null) {
      device.token(() -> BusesStream.token(tokenFile));
    }
    Path trusted = options.access().trusted();
    if (trusted != null) {
      device.tls(trusted);
    } else if ("https".equals(options.http().getScheme())) {
      device.tls();
    }
    return device.connect();
  }

  private void rejected(Rejection rejection) {
    if (rejectionLogged.compareAndSet(false, true)) {
      LOG.warn("a report was rejected; further ones are only counted: {}", rejection);
    }
  }

  private void failed(Throwable reason) {
    failure = reason;
    declared.tryEmitError(reason);
    LOG.error("the fleet cannot drive", reason);
  }

  /** How many times faster than recorded it drives. */
  public synchronized double speed() {
    return speed;
  }

  /**
   * Drives on at another speed, from where each bus is.
   *
   * @param times faster than recorded; above 0, at most {@link FleetOptions#MOST_SPEED}
   */
  public synchronized void speed(double times) {
    FleetOptions.requireSpeed(times);
    speed = times;
    long now = clock.millis();
    replays.forEach(replay -> replay.speed(times, now));
  }

  /**
   * Completes when the stream {@code buses} is there, and can be asked about; or fails as it does.
   */
  public Mono<Void> declared() {
    return declared.asMono();
  }

  /** Why the fleet does not drive: the gateway refused its stream; null if nothing is wrong. */
  public @Nullable Throwable failure() {
    if (failure != null) {
      return failure;
    }
    for (Bus bus : buses.values()) {
      if (bus.device().failure() != null) {
        return bus.device().failure();
      }
    }
    return null;
  }

  /** The counters now. While the fleet drives they are not of exactly the same moment. */
  public FleetCounters counters() {
    int connected = 0;
    long taken = 0;
    long acked = 0;
    long rejected = 0;
    long failed = 0;
    long buffered = 0;
    long resent = 0;
    for (Bus bus : buses.values()) {
      DeviceCounters one = bus.counters();
      connected += bus.isConnected() ? 1 : 0;
      taken += one.taken();
      acked += one.acked();
      rejected += one.rejected();
      failed += one.failed();
      buffered += one.buffered();
      resent += one.resent();
    }
    return new FleetCounters(
        buses.size(),
        connected,
        due.get(),
        early.get(),
        dropped.get(),
        taken,
        acked,
        rejected,
        failed,
        buffered,
        resent);
  }

  /**
   * Sends nothing more, waits for the acks of what was sent, and disconnects.
   *
   * @param drain how long to wait for the last ack
   * @return completes when all buses have disconnected; stopping begins at the subscription
   */
  public Mono<Void> stop(Duration drain) {
    return Mono.defer(
        () -> {
          park();
          return Flux.fromIterable(buses.values())
              .flatMap(bus -> bus.device().close(drain), Integer.MAX_VALUE)
              .then(eventLoop.disposeLater(Duration.ZERO, drain));
        });
  }

  /** Disconnects at once. */
  @Override
  public void dispose() {
    park();
    buses.values().forEach(bus -> bus.device().dispose());
    eventLoop.disposeLater(Duration.ZERO, Duration.ofSeconds(1)).subscribe();
  }

  @Override
  public boolean isDisposed() {
    return driving.isDisposed();
  }
}
