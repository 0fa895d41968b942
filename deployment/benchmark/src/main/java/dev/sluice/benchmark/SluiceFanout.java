package dev.sluice.benchmark;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/** Sluice's side: a device sends events, and the subscribers read a query. */
final class SluiceFanout implements FanoutBenchmark.Side {
  static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  static final long WINDOW_MS = 100;
  private static final long SENT_WITHIN_SECONDS = 60;
  private static final int MAX_WAITING = 100_000;
  private static final String DECLARATION =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
        {"name": "ts", "type": "TIMESTAMP"}, {"name": "temperature", "type": "DOUBLE"}],
       "key": "device", "time": "ts", "partitions": 1, "lateness": "PT0S", "historical": true}""";

  private final Server server;
  private final int together;
  private final String stream;
  private final Device device;
  private final Sinks.Many<byte[]> frames =
      Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MAX_WAITING));
  private final CompletableFuture<@Nullable Void> sent;

  /**
   * @param stream its name; it is declared here
   */
  SluiceFanout(Server server, int together, String stream) throws Exception {
    this.server = server;
    this.together = together;
    this.stream = stream;
    new Http(server.http()).declare(stream, DECLARATION);
    device = Device.connect(server.rsocketPort(), stream);
    sent = device.send(frames.asFlux()).doOnNext(this::checkStored).then().toFuture();
    publish(0);
  }

  private void checkStored(String ack) {
    if (!Device.isStored(ack, together)) {
      throw new IllegalStateException("a frame was not stored: " + ack);
    }
  }

  @Override
  public String name() {
    return "Sluice";
  }

  @Override
  public int port() {
    return server.httpPort();
  }

  @Override
  public String target() {
    String sql =
        together == 1
            ? "SELECT device, seq, temperature FROM " + stream
            : "SELECT device, MAX(seq) AS seq, AVG(temperature) AS temperature FROM "
                + stream
                + " GROUP BY TUMBLE(ts, INTERVAL '0.1' SECOND), device";
    return "/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8);
  }

  @Override
  public void publish(long number) throws Exception {
    if (sent.isDone()) {
      sent.get();
    }
    frames.tryEmitNext(frame(number)).orThrow();
  }

  private byte[] frame(long number) {
    StringBuilder json = new StringBuilder("[");
    for (int row = 0; row < together; row++) {
      json.append(row == 0 ? "" : ",")
          .append("{\"device\":\"")
          .append(Readings.deviceName(row))
          .append("\",\"seq\":")
          .append(number)
          .append(",\"ts\":\"")
          .append(BEGIN.plusMillis(number * WINDOW_MS))
          .append("\",\"temperature\":21.5}");
    }
    return json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public Map<String, Long> memory() throws Exception {
    Map<String, Long> memory = new LinkedHashMap<>();
    memory.put("live heap", Memory.live(server.process()));
    memory.put("resident", Memory.resident(server.process()));
    return memory;
  }

  @Override
  public void close() throws Exception {
    frames.tryEmitComplete();
    sent.get(SENT_WITHIN_SECONDS, TimeUnit.SECONDS);
    device.close();
  }
}
