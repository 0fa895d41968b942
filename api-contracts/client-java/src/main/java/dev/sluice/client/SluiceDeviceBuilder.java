package dev.sluice.client;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/** A device's settings; each has a default. */
public final class SluiceDeviceBuilder {
  /** Long enough for a SYN to be sent three times (RFC 6298: after 1 s and 2 s more). */
  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

  private final String host;
  private final int port;
  private final String stream;
  private DeviceOptions.Buffer buffer = new DeviceOptions.Buffer(10_000, 8 * 1024 * 1024);
  private DeviceOptions.Framing framing =
      new DeviceOptions.Framing(500, 128 * 1024, Duration.ofMillis(5));
  private DeviceOptions.Backoff backoff =
      new DeviceOptions.Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private @Nullable Duration giveUpAfter;
  private @Nullable LoopResources eventLoops;
  private Scheduler scheduler = Schedulers.parallel();
  private Consumer<Rejection> onRejected = rejection -> {};

  SluiceDeviceBuilder(String host, int port, String stream) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be 1..65535: was " + port);
    }
    this.host = host;
    this.port = port;
    this.stream = stream;
  }

  /**
   * What is held until it is acked; default 10,000 events and 8 MiB.
   *
   * @param events 1 or more
   * @param bytes 1 or more, of the events' JSON
   */
  public SluiceDeviceBuilder buffer(int events, long bytes) {
    buffer = new DeviceOptions.Buffer(events, bytes);
    return this;
  }

  /**
   * When events leave as a frame; default 500 events, 128 KiB, 5 ms, whichever comes first. An
   * event larger than a frame is a frame of its own.
   *
   * @param events 1 or more
   * @param bytes 1 to just under 16 MiB; the gateway's own limit is lower
   * @param linger how long an event waits for others; zero does not wait
   */
  public SluiceDeviceBuilder frame(int events, int bytes, Duration linger) {
    framing = new DeviceOptions.Framing(events, bytes, linger);
    return this;
  }

  /**
   * The wait before the next attempt to connect, and before a frame is sent again that the gateway
   * asked for again; default 200 ms to 10 s. It doubles from least to most, plus or minus half at
   * random; an ack sets it back.
   */
  public SluiceDeviceBuilder backoff(Duration least, Duration most) {
    backoff = new DeviceOptions.Backoff(least, most);
    return this;
  }

  /**
   * How long to go on without a connection before the device ends with {@code CLIENT_UNREACHABLE};
   * default forever. Looked at after each failed attempt.
   */
  public SluiceDeviceBuilder giveUpAfter(Duration time) {
    giveUpAfter = time;
    return this;
  }

  /** The event loops to run on, so that many devices share them; default Reactor Netty's own. */
  public SluiceDeviceBuilder eventLoops(LoopResources loops) {
    eventLoops = loops;
    return this;
  }

  /** The clock and timer of linger and backoff; default {@link Schedulers#parallel}. */
  public SluiceDeviceBuilder scheduler(Scheduler timer) {
    scheduler = timer;
    return this;
  }

  /**
   * Told of each rejected event that came by {@link SluiceDevice#offer}. Runs on the connection's
   * event loop: must not block nor throw.
   */
  public SluiceDeviceBuilder onRejected(Consumer<Rejection> listener) {
    onRejected = listener;
    return this;
  }

  /**
   * Makes the device, which begins to connect.
   *
   * @return at once, connected or not
   */
  public SluiceDevice connect() {
    // One connection per device, not out of Reactor Netty's pool: its bound is 16 per address.
    TcpClient client =
        TcpClient.newConnection()
            .host(host)
            .port(port)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    if (eventLoops != null) {
      client = client.runOn(eventLoops);
    }
    SluiceDevice device =
        new SluiceDevice(
            new DeviceOptions(buffer, framing, backoff, giveUpAfter),
            host + ":" + port,
            stream,
            client,
            scheduler,
            onRejected);
    device.start();
    return device;
  }
}
