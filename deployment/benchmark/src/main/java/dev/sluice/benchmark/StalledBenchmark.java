package dev.sluice.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a plain filter's rows take, without and with others on the same stream who hold it up:
 * subscribers who read nothing of what they asked for, and a query that is too heavy for the
 * machine. And what memory that takes.
 */
final class StalledBenchmark {
  static final String NAME = "stalled";
  private static final String STREAM = "stalled";
  private static final int RECEIVE_BYTES = 4 << 10;
  private static final int MOST_WARM_UP_SECONDS = 20;
  private static final double MB = 1e6;

  /** What the stalled ask, in turns. */
  private static final List<String> QUESTIONS =
      List.of(
          question(LatencyBenchmark.query(STREAM), ""),
          question(LatencyBenchmark.query(STREAM), "&overflow=drop-oldest"),
          question(
              "SELECT device, COUNT(*) AS n FROM stalled GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device",
              "&emit=changes&overflow=conflate"),
          question("SELECT * FROM stalled WHERE temperature > 0", ""));

  /** Some tenths of a millisecond for each event that no other query had to look at. */
  private static final String HEAVY =
      "SELECT COUNT(*) AS n FROM stalled WHERE REGEXP_LIKE(LPAD(CAST(seq AS VARCHAR), 60000, 'ab'), '(a|b)+c$')"
          + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)";

  private final Server server;
  private final Settings settings;
  private final Http http;

  StalledBenchmark(Server server, Settings settings) {
    this.server = server;
    this.settings = settings.ofStalled();
    http = new Http(server.http());
  }

  Race.Result run(PrintWriter progress) throws Exception {
    LatencyBenchmark latency = new LatencyBenchmark(server, settings, STREAM);
    http.declare(STREAM);
    try (LatencyBenchmark.Devices devices = latency.devices(http)) {
      return Race.run(
          NAME,
          "%d events/s, rows of a plain filter without and with %d stalled subscribers and a query too heavy"
              .formatted(settings.amounts().latencyRate(), settings.stalled().subscribers()),
          List.of(),
          List.of(
              Contender.of("alone", number -> alone(devices, number)),
              Contender.of("with stalled", number -> beside(devices, number))),
          settings,
          progress);
    }
  }

  private static String question(String sql, String more) {
    return "/v1/query?sql=" + URLEncoder.encode(sql, StandardCharsets.UTF_8) + more;
  }

  private Map<String, Double> withMemory(Map<String, Double> latencies) throws Exception {
    Map<String, Double> figures = new LinkedHashMap<>(latencies);
    figures.put("sockets MB", Memory.sendQueues(server.httpPort()) / MB);
    figures.put("resident MB", Memory.resident(server.process()) / MB);
    figures.put("live heap MB", Memory.live(server.process()) / MB);
    return figures;
  }

  private boolean warmsUp(int number) {
    return number < settings.warmUps();
  }

  /** A long round needs no long one before it. */
  private int seconds(int number) {
    int own = settings.stalled().seconds();
    return warmsUp(number) ? Math.min(MOST_WARM_UP_SECONDS, own) : own;
  }

  /** All of them at once, of code that has never run, would hold everyone up for a second. */
  private int subscribers(int number) {
    int all = settings.stalled().subscribers();
    return warmsUp(number) ? Math.max(1, all / 10) : all;
  }

  private Map<String, Double> alone(LatencyBenchmark.Devices devices, int number) throws Exception {
    return withMemory(devices.round(2 * number, seconds(number)));
  }

  private Map<String, Double> beside(LatencyBenchmark.Devices devices, int number)
      throws Exception {
    List<Socket> stalled = new ArrayList<>();
    Duration limit = Duration.ofHours(1);
    try (InputStream heavy = http.ask(limit, Http.SSE, Map.of("sql", HEAVY))) {
      Thread reader = new Thread(() -> drain(heavy), "heavy");
      reader.setDaemon(true);
      reader.start();
      for (int i = 0; i < subscribers(number); i++) {
        stalled.add(stall(QUESTIONS.get(i % QUESTIONS.size())));
      }
      return withMemory(devices.round(2 * number + 1, seconds(number)));
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  /** Asks, and reads nothing but the head's first byte: then it is being answered. */
  private Socket stall(String question) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BYTES);
    socket.connect(new InetSocketAddress(Server.HOST, server.httpPort()));
    String head =
        "GET " + question + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + Http.SSE + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    byte[] first = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
    if (!new String(first, StandardCharsets.US_ASCII).endsWith(" 200")) {
      throw new IOException("a stalled subscriber is refused");
    }
    return socket;
  }

  private static void drain(InputStream rows) {
    byte[] buffer = new byte[8 << 10];
    try {
      while (rows.read(buffer) >= 0) {
        // It is far behind; what it says is of no interest.
      }
    } catch (IOException e) {
      // Closed at the end of the round.
    }
  }
}
