package dev.sluice.gateway.client;

import dev.sluice.client.DiskBuffer;
import dev.sluice.client.SluiceDevice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * A process to be killed: hands numbered events to a device with a disk buffer, from the first that
 * the directory has not taken, and ends when all are acked. Says how far it is.
 */
public final class NumberingDevice {
  static final Instant BEGIN = Instant.parse("2015-01-01T00:00:00Z");

  /** Of {@code n}; also the last word, when all are acked. */
  static final String TAKEN = "taken ";

  static final String ALL_ACKED = "all acked";
  private static final int DEVICES = 7;
  private static final int TELL_EVERY = 100;

  private NumberingDevice() {}

  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    int count = Integer.parseInt(arguments[3]);
    SluiceDevice device =
        SluiceDevice.builder("127.0.0.1", port, arguments[1])
            .disk(new DiskBuffer(Path.of(arguments[2]), 1 << 20, DiskBuffer.Fsync.NEVER))
            .buffer(5_000, 1 << 20)
            .backoff(Duration.ofMillis(20), Duration.ofSeconds(1))
            .connect();
    for (long n = device.position(); n < count; n++) {
      while (!device.offer(event(n))) {
        LockSupport.parkNanos(100_000);
      }
      if (n % TELL_EVERY == 0) {
        System.out.println(TAKEN + n);
      }
    }
    System.out.println(TAKEN + count);
    device.close(Duration.ofMinutes(5)).block();
    if (device.counters().buffered() == 0 && device.counters().rejected() == 0) {
      System.out.println(ALL_ACKED);
    }
  }

  private static byte[] event(long n) {
    return "{\"device\":\"d%d\",\"n\":%d,\"ts\":\"%s\"}"
        .formatted(n % DEVICES, n, BEGIN.plusMillis(n))
        .getBytes(StandardCharsets.UTF_8);
  }
}
