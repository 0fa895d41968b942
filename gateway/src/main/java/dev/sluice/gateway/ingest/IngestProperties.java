package dev.sluice.gateway.ingest;

import dev.sluice.model.json.FrameBounds;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much may come in at a time.
 *
 * @param frameBytes the greatest frame; 1 KiB to 8 MiB
 * @param frameEvents the most events in a frame; 1 to 1,000,000
 * @param eventBytes the greatest event as it came; 64 B to {@code frame-bytes}
 * @param depth how deep an event may be nested; 1 to 1,000
 * @param bytes in flight on all connections together; at least 4 of the greatest frame, at most
 *     half of {@code sluice.kafka.producer-memory}
 * @param connectionBytes in flight on one connection; at least the greatest frame
 * @param grants frames that one connection may be granted ahead; 1 to 1,024
 * @param acks frames of one connection that may wait for their ack or for its being read; 1 to
 *     4,096
 * @param ackBytes of the acks of one connection that may be left unread, beyond which it is cut
 *     off; 64 KiB to 1 GiB
 * @param ackTimeout until a connection that leaves acks unread is cut off if its socket takes none;
 *     1 s to 1 hour
 * @param requestWait until an HTTP request for which there is no room gets 503; 0 to 1 minute
 * @param waitingRequests HTTP requests that may wait for room; 0 to 100,000
 * @param bodyTimeout until an HTTP request's body must be there; 1 s to 10 minutes
 * @param pingEvery until a device on a WebSocket is asked whether it is there, again and again; one
 *     that says nothing for twice as long has gone. 1 s to 1 hour
 * @param threads that decode; 1 to 64, 0: one per processor, at most 4
 */
@ConfigurationProperties("sluice.ingest")
record IngestProperties(
    @DefaultValue("1MB") DataSize frameBytes,
    @DefaultValue("10000") int frameEvents,
    @DefaultValue("64KB") DataSize eventBytes,
    @DefaultValue("32") int depth,
    @DefaultValue("48MB") DataSize bytes,
    @DefaultValue("8MB") DataSize connectionBytes,
    @DefaultValue("8") int grants,
    @DefaultValue("64") int acks,
    @DefaultValue("4MB") DataSize ackBytes,
    @DefaultValue("30s") Duration ackTimeout,
    @DefaultValue("5s") Duration requestWait,
    @DefaultValue("1000") int waitingRequests,
    @DefaultValue("30s") Duration bodyTimeout,
    @DefaultValue("30s") Duration pingEvery,
    @DefaultValue("0") int threads) {

  private static final int LEAST_FRAMES = 4;
  private static final int MOST_DEFAULT_THREADS = 4;

  IngestProperties {
    within("frame-bytes", frameBytes.toBytes(), 1 << 10, 8 << 20, "bytes");
    within("frame-events", frameEvents, 1, 1_000_000, "events");
    within("event-bytes", eventBytes.toBytes(), 64, frameBytes.toBytes(), "bytes");
    within("depth", depth, 1, 1_000, "levels");
    within("bytes", bytes.toBytes(), LEAST_FRAMES * frameBytes.toBytes(), 1L << 40, "bytes");
    within("connection-bytes", connectionBytes.toBytes(), frameBytes.toBytes(), 1L << 40, "bytes");
    within("grants", grants, 1, 1_024, "frames");
    within("acks", acks, 1, 4_096, "frames");
    within("ack-bytes", ackBytes.toBytes(), 64 << 10, 1L << 30, "bytes");
    within("ack-timeout", ackTimeout.toMillis(), 1_000, 3_600_000, "ms");
    within("request-wait", requestWait.toMillis(), 0, 60_000, "ms");
    within("waiting-requests", waitingRequests, 0, 100_000, "requests");
    within("body-timeout", bodyTimeout.toMillis(), 1_000, 600_000, "ms");
    within("ping-every", pingEvery.toMillis(), 1_000, 3_600_000, "ms");
    within("threads", threads, 0, 64, "threads");
  }

  private static void within(String setting, long value, long least, long most, String unit) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "sluice.ingest."
              + setting
              + " must be "
              + least
              + ".."
              + most
              + " "
              + unit
              + ": was "
              + value);
    }
  }

  /** The producer must have room for whatever the budget lets in, twice. */
  void requireWithin(DataSize producerMemory) {
    if (bytes.toBytes() > producerMemory.toBytes() / 2) {
      throw new IllegalArgumentException(
          "sluice.ingest.bytes must be at most half of sluice.kafka.producer-memory, "
              + producerMemory.toBytes() / 2
              + " bytes: was "
              + bytes.toBytes());
    }
  }

  FrameBounds frameBounds() {
    return new FrameBounds(
        (int) frameBytes.toBytes(), frameEvents, (int) eventBytes.toBytes(), depth);
  }

  int threadCount() {
    return threads > 0
        ? threads
        : Math.min(MOST_DEFAULT_THREADS, Runtime.getRuntime().availableProcessors());
  }
}
