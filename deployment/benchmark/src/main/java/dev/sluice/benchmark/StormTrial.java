package dev.sluice.benchmark;

import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Devices and subscribers, many of both at once; what each costs; and what happens when all of them
 * lose their connections at the same moment and come back.
 */
final class StormTrial {
  private static final String STREAM = "storm";
  private static final String FIRST_STREAM = "storm_first";
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** So many pay for what a server needs once. */
  private static final int FIRST = 20;

  private final Server server;
  private final Size size;
  private final PrintWriter progress;
  private final Http http;
  private final Map<String, Double> figures = new LinkedHashMap<>();

  /**
   * How much there is.
   *
   * @param storms how often all are cut off
   * @param period from a device's ack to its next event
   */
  record Size(int devices, int subscribers, int storms, Duration period) {}

  StormTrial(Server server, Size size, PrintWriter progress) {
    this.server = server;
    this.size = size;
    this.progress = progress;
    http = new Http(server.http());
  }

  /**
   * Runs it.
   *
   * @return the figures
   * @throws WrongCount an acked event is not in the log, or subscribers have not had the same rows
   */
  Map<String, Double> run() throws Exception {
    http.declare(STREAM);
    http.declare(FIRST_STREAM);
    try (StormDevices first = new StormDevices(server.rsocketPort(), FIRST_STREAM, size.period);
        StormSubscribers others = new StormSubscribers(server.httpPort(), target())) {
      others.join(FIRST, LIMIT);
      first.join(FIRST);
      LockSupport.parkNanos(SETTLED_NANOS);
    }
    long[] alone = memory();
    try (StormDevices devices = new StormDevices(server.rsocketPort(), STREAM, size.period);
        StormSubscribers subscribers = new StormSubscribers(server.httpPort(), target())) {
      subscribers.join(size.subscribers, LIMIT);
      LockSupport.parkNanos(SETTLED_NANOS);
      long[] subscribed = memory();
      told("a subscriber", alone, subscribed, size.subscribers);
      long began = System.nanoTime();
      devices.join(size.devices);
      quantiles("first ack", devices.ackedSince(began, LIMIT), size.devices);
      quantiles("first row", subscribers.rowsSince(began, LIMIT), size.subscribers);
      told("a device", subscribed, memory(), size.devices);
      for (int storm = 0; storm < size.storms; storm++) {
        LockSupport.parkNanos(SETTLED_NANOS);
        long cut = System.nanoTime();
        devices.cut();
        subscribers.cut();
        quantiles("acked again", devices.ackedSince(cut, LIMIT), size.devices);
        quantiles("rows again", subscribers.rowsSince(cut, LIMIT), size.subscribers);
      }
      finish(devices, subscribers);
    }
    return figures;
  }

  private static String target() {
    return "/v1/query?sql="
        + URLEncoder.encode(
            "SELECT COUNT(*) AS seq FROM storm GROUP BY TUMBLE(ts, INTERVAL '1' SECOND)",
            StandardCharsets.UTF_8);
  }

  /** Every acked event is in the log once, and every subscriber has had all rows, once. */
  private void finish(StormDevices devices, StormSubscribers subscribers) throws Exception {
    devices.finish();
    await(devices::quiet, "some events are never acked");
    http.state(STREAM, System.currentTimeMillis());
    Map<String, String> question =
        Map.of("sql", "SELECT COUNT(*) AS n FROM storm", "from", "earliest", "to", "now");
    JsonNode accounting;
    try (InputStream answer = http.ask(LIMIT, "application/json", question)) {
      accounting = JsonMapper.shared().readTree(answer.readAllBytes()).path("accounting");
    }
    WrongCount.check("events that count", devices.acked(), accounting.path("counted").asLong());
    figures.put("events", (double) devices.acked());
    figures.put("sent twice", accounting.path("duplicate").asDouble());
    await(() -> Arrays.stream(subscribers.sums()).distinct().count() == 1, "rows differ");
    progress.printf(
        Locale.ROOT,
        "  %,d events acked, each counts once; every subscriber's rows add up to %,d%n",
        devices.acked(),
        subscribers.sums()[0]);
    progress.flush();
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition, String otherwise) throws WrongCount {
    long until = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > until) {
        throw new WrongCount(otherwise);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private long[] memory() throws Exception {
    return new long[] {Memory.live(server.process()), Memory.resident(server.process())};
  }

  private void told(String who, long[] before, long[] after, int count) {
    figure("live heap KiB of " + who, (after[0] - before[0]) / 1024.0 / count);
    figure("resident KiB of " + who, (after[1] - before[1]) / 1024.0 / count);
  }

  private void quantiles(String what, long[] nanos, int count) throws WrongCount {
    WrongCount.check(what, count, nanos.length);
    figure(what + " p50 s", nanos[nanos.length / 2] / 1e9);
    figure(what + " last s", nanos[nanos.length - 1] / 1e9);
  }

  private void figure(String name, double value) {
    figures.merge(name, value, Math::max);
    progress.printf(Locale.ROOT, "  %s %.2f%n", name, value);
    progress.flush();
  }
}
