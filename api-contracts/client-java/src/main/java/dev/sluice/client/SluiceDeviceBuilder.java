package dev.sluice.client;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A device's settings; each has a default. */
public final class SluiceDeviceBuilder extends ClientBuilder<SluiceDeviceBuilder> {
  private final String stream;
  private DeviceOptions.Buffer buffer = new DeviceOptions.Buffer(10_000, 8 * 1024 * 1024);
  private DeviceOptions.Framing framing =
      new DeviceOptions.Framing(500, 128 * 1024, Duration.ofMillis(5));
  private WhenFull whenFull = WhenFull.WAIT;
  private @Nullable DiskBuffer disk;
  private @Nullable String numberField;
  private Consumer<Rejection> onRejected = rejection -> {};

  SluiceDeviceBuilder(String host, int port, String stream) {
    super(host, port);
    this.stream = stream;
  }

  @Override
  SluiceDeviceBuilder self() {
    return this;
  }

  /**
   * What is held in memory until it is acked; default 10,000 events and 8 MiB. With a disk buffer:
   * what is on its way from there, which is on the disk too.
   *
   * @param events 1 or more
   * @param bytes 1 or more, of the events' JSON
   */
  public SluiceDeviceBuilder buffer(int events, long bytes) {
    buffer = new DeviceOptions.Buffer(events, bytes);
    return this;
  }

  /**
   * Keeps what is not acked in a directory, so that the next process sends it if this one dies.
   * Events are then written on the thread that hands them over. By default they are in memory
   * alone.
   */
  public SluiceDeviceBuilder disk(DiskBuffer directory) {
    disk = directory;
    return this;
  }

  /** What happens to one more event when the buffer is full; by default it waits. */
  public SluiceDeviceBuilder whenFull(WhenFull policy) {
    whenFull = policy;
    return this;
  }

  /**
   * Writes a number of the device's own into each event, for a stream whose {@code id} is that
   * field (LONG): it begins at the clock's microseconds and counts up, and an event that is sent
   * again bears the same. By default events go as they are. Frames of the caller's making do.
   *
   * @param field none of the events has it
   */
  public SluiceDeviceBuilder numberedBy(String field) {
    numberField = field;
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
   * Told of each rejected event that came by {@link SluiceDevice#offer}, or was handed over by an
   * earlier process. Runs on the connection's event loop: must not block nor throw.
   */
  public SluiceDeviceBuilder onRejected(Consumer<Rejection> listener) {
    onRejected = listener;
    return this;
  }

  /**
   * Makes the device, which begins to connect. With a disk buffer it first reads through what is
   * there.
   *
   * @return at once, connected or not
   * @throws SluiceException if the disk buffer is another's, or cannot be read
   */
  public SluiceDevice connect() {
    SluiceDevice device =
        new SluiceDevice(
            new DeviceOptions(buffer, framing, whenFull, disk, numberField),
            stream,
            line(),
            onRejected);
    device.start();
    return device;
  }
}
