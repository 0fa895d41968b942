package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/**
 * One query's rows to many subscribers over server-sent events, against the same rows published to
 * a channel of Nchan, at the same times, with the same client. With {@code together} of one, a row
 * is an event of a plain filter; with more, that many rows leave as a window closes.
 */
final class FanoutBenchmark {
  static final String NAME = "fan-out";
  private static final long WINDOW_MS = 100;
  private static final long LEAD_NANOS = 1_000_000_000L;
  private static final long SENT_WITHIN_SECONDS = 60;
  private static final int MAX_WAITING = 100_000;

  /**
   * @param subscribers 1 to 10,000
   * @param together rows that leave together
   * @param rate of what leaves together, a second
   */
  record Load(int subscribers, int together, int rate, int seconds) {
    int count() {
      return rate * seconds;
    }

    double nanosPerNumber() {
      return 1e9 / rate;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d rows/s offered: %d x %d to %,d subscribers",
          (long) rate * together * subscribers,
          rate,
          together,
          subscribers);
    }
  }

  private final Load load;
  private final String stream;

  FanoutBenchmark(Load load, String stream) {
    this.load = load;
    this.stream = stream;
  }

  Race.Result run(List<Contender> contenders, Settings settings, PrintWriter progress)
      throws Exception {
    return Race.run(NAME, load.toString(), Map.of(), contenders, settings, progress);
  }

  /** Sends what has a number, when it is due. */
  private interface Publisher {
    void publish(long number) throws Exception;
  }

  private Map<String, Double> round(int round, int port, String target, Publisher publisher)
      throws Exception {
    long first = (round + 1L) * 1_000_000;
    try (Crowd crowd = Crowd.join(port, target, load.subscribers(), Arrivals.none())) {
      // A window's rows leave with the first event of the next.
      int delay = load.together() == 1 ? 0 : 1;
      long began = System.nanoTime() + LEAD_NANOS;
      Arrivals arrivals =
          new Arrivals(
              first,
              load.count(),
              load.together() * load.subscribers(),
              began + (long) (delay * load.nanosPerNumber()),
              load.nanosPerNumber());
      crowd.count(arrivals);
      for (int i = 0; i < load.count() + delay; i++) {
        long wait;
        while ((wait = began + (long) (i * load.nanosPerNumber()) - System.nanoTime()) > 0) {
          LockSupport.parkNanos(wait);
        }
        publisher.publish(first + i);
      }
      return arrivals.figures();
    }
  }

  /** Sluice's side: a device sends events, and the crowd reads a query. */
  final class Sluice implements Contender, AutoCloseable {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private final Server server;
    private final Device device;
    private final Sinks.Many<byte[]> frames =
        Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MAX_WAITING));
    private final CompletableFuture<@Nullable Void> sent;

    Sluice(Server server) throws Exception {
      this.server = server;
      new Http(server.http()).declare(stream, declaration());
      device = Device.connect(server.rsocketPort(), stream);
      sent =
          device
              .send(frames.asFlux())
              .doOnNext(
                  ack -> {
                    if (!Device.isStored(ack, load.together())) {
                      throw new IllegalStateException("a frame was not stored: " + ack);
                    }
                  })
              .then()
              .toFuture();
    }

    private String declaration() {
      return """
          {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"},
            {"name": "ts", "type": "TIMESTAMP"}, {"name": "temperature", "type": "DOUBLE"}],
           "key": "device", "time": "ts", "partitions": 1, "lateness": "PT0S", "historical": true}""";
    }

    @Override
    public String name() {
      return "Sluice";
    }

    @Override
    public Map<String, Double> round(int round) throws Exception {
      String sql =
          load.together() == 1
              ? "SELECT device, seq, temperature FROM " + stream
              : "SELECT device, MAX(seq) AS seq, AVG(temperature) AS temperature FROM "
                  + stream
                  + " GROUP BY TUMBLE(ts, INTERVAL '0.1' SECOND), device";
      if (sent.isDone()) {
        sent.get();
      }
      return FanoutBenchmark.this.round(
          round,
          server.httpPort(),
          "/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8),
          number -> frames.tryEmitNext(frame(number)).orThrow());
    }

    private byte[] frame(long number) {
      StringBuilder json = new StringBuilder("[");
      for (int row = 0; row < load.together(); row++) {
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
    public void close() throws Exception {
      frames.tryEmitComplete();
      sent.get(SENT_WITHIN_SECONDS, TimeUnit.SECONDS);
      device.close();
    }
  }

  /** Nchan's side: the same rows are published as messages. */
  final class ByNchan implements Contender, AutoCloseable {
    private final Nchan nchan;
    private final String name;

    ByNchan(Nchan nchan, int workers) {
      this.nchan = nchan;
      this.name = "Nchan, " + workers + (workers == 1 ? " worker" : " workers");
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Map<String, Double> round(int round) throws Exception {
      int delay = load.together() == 1 ? 0 : 1;
      return FanoutBenchmark.this.round(
          round, nchan.port(), Nchan.SUBSCRIBE, number -> nchan.publish(rows(number - delay)));
    }

    /** As Sluice writes them. */
    private List<String> rows(long number) {
      Instant start = Sluice.BEGIN.plusMillis(number * WINDOW_MS).truncatedTo(ChronoUnit.MILLIS);
      List<String> rows = new ArrayList<>();
      for (int row = 0; row < load.together(); row++) {
        String window =
            load.together() == 1
                ? ""
                : "\"window_start\":\""
                    + start
                    + "\",\"window_end\":\""
                    + start.plusMillis(WINDOW_MS)
                    + "\",";
        rows.add(
            "{%s\"device\":\"%s\",\"seq\":%d,\"temperature\":21.5}"
                .formatted(window, Readings.deviceName(row), number));
      }
      return rows;
    }

    @Override
    public void close() throws Exception {
      nchan.close();
    }
  }
}
