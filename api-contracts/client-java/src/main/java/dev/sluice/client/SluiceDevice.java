package dev.sluice.client;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * A device that streams its events into one stream of a Sluice gateway, over one connection of its
 * own. Made by {@link #builder}; connects by itself and goes on trying.
 *
 * <p>An event is one JSON object, UTF-8. Every event that is let in gets exactly one outcome:
 * stored, rejected (by the gateway, for good), or failed (the device ended before). Frames that
 * were not acknowledged when a connection broke are sent again, so an event may be in the log
 * twice. It counts once if the stream has an {@code id} field and its {@code dedupe} span is longer
 * than the outage.
 *
 * <p>A refusal for good, such as an unknown stream, ends the device: whoever sends gets the {@link
 * SluiceException}. A refused or lost connection does not; see {@link
 * SluiceDeviceBuilder#giveUpAfter}.
 *
 * <p>Safe for use by many threads.
 */
public final class SluiceDevice implements Disposable {
  /**
   * For what the gateway still has to say when it takes no more frames: acks, or why. RSocket
   * cancels the frames before it tells of the error.
   */
  private static final Duration LAST_ACKS = Duration.ofSeconds(1);

  private final DeviceOptions options;
  private final Line line;
  private final Patience patience;
  private final Scheduler scheduler;
  private final Consumer<Rejection> onRejected;
  private final byte[] route;
  private final Outbox outbox;
  private final Intake intake;
  private final @Nullable Spool spool;
  private final @Nullable Numbers numbers;
  private final AtomicBoolean lingering = new AtomicBoolean();
  private final Disposable.Swap connecting = Disposables.swap();
  private final Sinks.Empty<Void> drained = Sinks.empty();
  private volatile @Nullable Outbound outbound;
  private volatile @Nullable SluiceException ended;
  private volatile boolean closing;

  SluiceDevice(DeviceOptions options, String stream, Line line, Consumer<Rejection> onRejected) {
    this.options = options;
    this.line = line;
    this.patience = line.patience();
    this.scheduler = line.scheduler();
    this.onRejected = onRejected;
    this.route = Wire.route("streams." + stream + ".events");
    this.outbox = new Outbox(options, this);
    DiskBuffer disk = options.disk();
    this.spool = disk == null ? null : new Spool(disk, options.whenFull(), this, outbox);
    this.intake = spool == null ? outbox : spool;
    String field = options.numberField();
    this.numbers = field == null ? null : new Numbers(field, scheduler.now(TimeUnit.MILLISECONDS));
  }

  /**
   * A device for a gateway's RSocket port.
   *
   * @param host the gateway's host name or address
   * @param port its RSocket TCP port, 1..65535
   * @param stream the name of the stream
   */
  public static SluiceDeviceBuilder builder(String host, int port, String stream) {
    return new SluiceDeviceBuilder(host, port, stream);
  }

  /**
   * Hands one event over, without waiting and without an ack: {@link #counters} and {@link
   * SluiceDeviceBuilder#onRejected} tell what became of it.
   *
   * @param event one JSON object, UTF-8; not copied, so not to be changed afterwards
   * @return false if the buffer is full; the event is then not taken. With a disk buffer an event
   *     that was taken is on the disk.
   * @throws SluiceException if the device has ended or was closed, the event is larger than the
   *     buffer, or the disk cannot be written
   */
  public boolean offer(byte[] event) {
    if (intake.add(Item.event(numbered(event), null, 0), false, now()) == Intake.Entry.TAKEN) {
      drain();
      return true;
    }
    return false;
  }

  /**
   * Sends events, asking the publisher for as many as the buffer has room for.
   *
   * @param events one JSON object each, UTF-8; not to be changed after they were handed over
   * @return an ack for each, in no particular order; completes when the publisher has and each
   *     event has its ack; ends with {@link SluiceException} if the device does. Acks that are not
   *     asked for keep their place in the buffer. Cancelling stops the publisher; what was handed
   *     over before is still sent. Each subscription sends.
   */
  public Flux<EventAck> send(Publisher<byte[]> events) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super EventAck> acks) {
        waiting(events).subscribe(new Sending.OfEvents(SluiceDevice.this, intake, acks));
      }
    };
  }

  /**
   * As {@link #send}, for events as maps from field to value; written as JSON.
   *
   * @param events values are strings, numbers, booleans, nulls
   */
  public Flux<EventAck> sendMaps(Publisher<? extends Map<String, ?>> events) {
    return send(Flux.from(events).map(Wire.JSON::writeValueAsBytes));
  }

  /**
   * Sends frames of the caller's making: each goes out as it is and is acked as a whole.
   *
   * @param frames a JSON array of events, one object, or NDJSON; at most 16 MiB, the gateway's own
   *     limit is lower
   * @return an ack for each frame, in no particular order; otherwise as {@link #send}
   */
  public Flux<FrameAck> sendFrames(Publisher<byte[]> frames) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super FrameAck> acks) {
        waiting(frames).subscribe(new Sending.OfFrames(SluiceDevice.this, intake, acks));
      }
    };
  }

  private Publisher<byte[]> waiting(Publisher<byte[]> pieces) {
    return options.whenFull() == WhenFull.WAIT
        ? pieces
        : Flux.error(
            () ->
                new IllegalStateException(
                    "a device that drops its oldest takes events by offer alone"));
  }

  byte[] numbered(byte[] event) {
    return numbers == null ? event : numbers.number(event);
  }

  /** The counters now; a consistent snapshot. */
  public DeviceCounters counters() {
    return intake.counters();
  }

  /**
   * How many events and frames were taken since the buffer's directory was made, by earlier
   * processes too: a source that can be read again goes on behind so many, and none is handed over
   * twice. Without a disk buffer: since the device was made.
   */
  public long position() {
    return spool == null ? counters().taken() : spool.position();
  }

  /** Whether a connection is open now. */
  public boolean isConnected() {
    return outbound != null;
  }

  /** Why the device ended; null while it has not. */
  public @Nullable SluiceException failure() {
    return ended;
  }

  /**
   * Takes no more events, sends what is buffered, then disconnects. What is not acked in time fails
   * with {@code CLIENT_CLOSED}; a disk buffer keeps it.
   *
   * @param drain how long to wait for the last ack; zero does not wait
   * @return completes when the device has disconnected; closing begins at the subscription
   */
  public Mono<Void> close(Duration drain) {
    return Mono.defer(
            () -> {
              intake.refuse(closed());
              closing = true;
              drain();
              settled();
              return drained.asMono().timeout(drain, Mono.empty(), scheduler);
            })
        .then(Mono.fromRunnable(this::dispose));
  }

  /** Disconnects at once; what is not acked fails with {@code CLIENT_CLOSED}, a disk keeps it. */
  @Override
  public void dispose() {
    end(closed());
  }

  @Override
  public boolean isDisposed() {
    return ended != null;
  }

  void start() {
    if (spool != null) {
      spool.start();
    }
    connecting.update(
        Flux.defer(() -> patience.connect().flatMapMany(this::session))
            .onErrorMap(Wire::ending)
            .retryWhen(patience.retry())
            .subscribe(ack -> {}, failure -> end(line.ending(failure))));
  }

  /** A connection is left before the next is tried. */
  private Flux<Payload> session(RSocket connection) {
    return Flux.using(
        this::open, frames -> acks(connection, frames), frames -> leave(connection, frames));
  }

  private Outbound open() {
    Outbound frames = new Outbound(this, outbox, route);
    outbox.open(frames);
    outbound = frames;
    return frames;
  }

  private Flux<Payload> acks(RSocket connection, Outbound frames) {
    return connection
        .requestChannel(frames)
        .doOnNext(ack -> answered(frames, ack))
        .concatWith(Mono.defer(this::endedByTheGateway))
        .takeUntilOther(
            Mono.firstWithSignal(
                    connection.onClose(),
                    frames.whenRefused().then(Mono.delay(LAST_ACKS, scheduler)).then())
                .then(Mono.error(() -> new IOException("the connection was lost"))))
        .doOnError(why -> patience.lost());
  }

  private void leave(RSocket connection, Outbound frames) {
    outbound = null;
    outbox.lost(frames);
    connection.dispose();
  }

  /** Nothing where the device has said that it ends: that is the gateway's answer. */
  private Mono<Payload> endedByTheGateway() {
    return isDisposed()
        ? Mono.empty()
        : Mono.error(new IOException("the gateway ended the channel"));
  }

  private void answered(Outbound connection, Payload payload) {
    byte[] bytes = new byte[payload.data().readableBytes()];
    payload.data().readBytes(bytes);
    payload.release();
    Wire.Answer answer = connection.answer(bytes);
    patience.heard();
    Frame frame = outbox.answered(connection, answer);
    if (frame == null) {
      return;
    }
    if (answer instanceof Wire.Answer.Again) {
      retryLater(frame);
    } else {
      settle(frame, answer);
      settled();
    }
  }

  private void retryLater(Frame frame) {
    Duration wait = line.backoff().before(frame.retries, ThreadLocalRandom.current().nextDouble());
    scheduler.schedule(
        () -> {
          outbox.retry(frame);
          drain();
        },
        wait.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private void settle(Frame frame, Wire.Answer answer) {
    List<Item> freed = new ArrayList<>();
    for (int i = 0; i < frame.items.size(); i++) {
      Item item = frame.items.get(i);
      Rejection rejection = answer.rejectionOf(i);
      if (item.owner != null) {
        item.owner.settle(item, answer, rejection);
      } else {
        freed.add(item);
        if (rejection != null) {
          onRejected.accept(rejection);
        }
      }
    }
    if (!freed.isEmpty()) {
      intake.release(freed);
    }
  }

  void drain() {
    Outbound connection = outbound;
    if (connection != null) {
      connection.drain();
    }
  }

  /** Sees to it that an event that waits for company leaves in time. */
  void lingerFor(long nanos) {
    if (nanos >= 0 && lingering.compareAndSet(false, true)) {
      scheduler.schedule(
          () -> {
            lingering.set(false);
            drain();
          },
          nanos,
          TimeUnit.NANOSECONDS);
    }
  }

  long now() {
    return scheduler.now(TimeUnit.NANOSECONDS);
  }

  void end(SluiceException reason) {
    synchronized (this) {
      if (ended != null) {
        return;
      }
      ended = reason;
    }
    Outbound connection = outbound;
    if (connection != null) {
      connection.finish();
    }
    for (Sending<?> sending : intake.abandon(reason)) {
      sending.failed(reason);
    }
    connecting.dispose();
    drained.tryEmitEmpty();
  }

  /** Something has its ack: perhaps it was the last. */
  void settled() {
    if (closing && intake.isDrained()) {
      drained.tryEmitEmpty();
    }
  }

  private SluiceException closed() {
    return new SluiceException(
        SluiceException.CLOSED, "the device for " + line.address() + " was closed");
  }
}
