package dev.sluice.benchmark;

import java.io.InputStream;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Milliseconds of a question for a view's rows of one key, whoever is asked. */
final class PullBenchmark implements AutoCloseable {
  private static final String STREAM = "pulled";
  private static final int FRAME = 1_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(50);

  /** So that each device has some windows. */
  private static final int WINDOWS = 10;

  private final Server server;
  private final Http http;
  private final Load load;
  private final ExecutorService clients;

  /**
   * How much is asked.
   *
   * @param questions of a round, all clients together
   * @param clients that ask at the same time, each one question after the other
   */
  record Load(int devices, int events, int questions, int clients) {}

  PullBenchmark(Server server, Load load) {
    this.server = server;
    this.http = new Http(server.http());
    this.load = load;
    this.clients = Executors.newFixedThreadPool(load.clients());
  }

  List<Race.Result> run(Settings rounds, PrintWriter progress) throws Exception {
    http.declare(STREAM);
    String sums = "SELECT device, AVG(temperature) AS avg_t, COUNT(*) AS n FROM " + STREAM;
    long seconds = Math.max(1, load.events() / 1_000 / WINDOWS);
    http.defineWithTable("latest", sums + " GROUP BY device");
    http.defineWithTable(
        "windows", sums + " GROUP BY TUMBLE(ts, INTERVAL '" + seconds + "' SECOND), device");
    fill();
    List<Race.Result> results = new ArrayList<>();
    for (String view : List.of("latest", "windows")) {
      Map<String, Integer> rows = rows(view);
      results.add(
          Race.run(
              "pull",
              "%s: %d rows of %d devices, %d questions, %d at a time"
                  .formatted(
                      view,
                      rows.values().stream().mapToInt(Integer::intValue).sum(),
                      rows.size(),
                      load.questions(),
                      load.clients()),
              List.of(),
              List.of(
                  Contender.of("PostgreSQL", number -> ask(number, rows, () -> new Direct(view))),
                  Contender.of("pull", number -> ask(number, rows, () -> new Pulling(view)))),
              rounds,
              progress));
    }
    return results;
  }

  private void fill() throws Exception {
    long start = System.currentTimeMillis() - Duration.ofHours(1).toMillis() - load.events();
    Readings readings = new Readings(load.devices(), start, 1);
    for (long first = 0; first < load.events(); first += FRAME) {
      http.send(STREAM, readings.frame(first, FRAME));
    }
    http.state(STREAM, start + load.events() + Duration.ofMinutes(1).toMillis());
    long counted = load.events() / FRAME * FRAME;
    await("latest", counted);
    await("windows", counted);
  }

  /** Waits until a table has counted everything. */
  private void await(String view, long events) throws Exception {
    long until = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement();
          ResultSet sum = statement.executeQuery("SELECT sum(n) FROM views." + view)) {
        sum.next();
        long there = sum.getLong(1);
        if (there == events) {
          statement.execute("ANALYZE views." + view);
          return;
        }
        if (System.nanoTime() > until) {
          throw new TimeoutException(view + " has " + there + " of " + events + " events");
        }
      } catch (SQLException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + Server.HOST + ":" + server.postgresPort() + "/sluice",
        "postgres",
        "postgres");
  }

  private Map<String, Integer> rows(String view) throws SQLException {
    Map<String, Integer> rows = new HashMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet counts =
            statement.executeQuery(
                "SELECT device, count(*) FROM views." + view + " GROUP BY device")) {
      while (counts.next()) {
        rows.put(counts.getString(1), counts.getInt(2));
      }
    }
    return rows;
  }

  /** One who asks, again and again. */
  private interface Asking extends AutoCloseable {
    /** How many rows a device has. */
    int rows(String device) throws Exception;

    @Override
    void close() throws SQLException;
  }

  private final class Direct implements Asking {
    private final Connection connection = connect();
    private final PreparedStatement statement;

    Direct(String view) throws SQLException {
      statement = connection.prepareStatement("SELECT * FROM views." + view + " WHERE device = ?");
    }

    @Override
    public int rows(String device) throws SQLException {
      statement.setString(1, device);
      int rows = 0;
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          rows++;
        }
      }
      return rows;
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  private final class Pulling implements Asking {
    private final String sql;

    Pulling(String view) {
      sql = "SELECT * FROM " + view + " WHERE device = '";
    }

    @Override
    public int rows(String device) throws Exception {
      Map<String, String> question =
          Map.of("sql", sql + device + "'", "from", "earliest", "to", "now");
      try (InputStream answer = http.ask(LIMIT, "application/json", question)) {
        return JsonMapper.shared().readTree(answer.readAllBytes()).path("rows").size();
      }
    }

    @Override
    public void close() {
      // Its connections are everyone's.
    }
  }

  private Map<String, Double> ask(int round, Map<String, Integer> rows, Callable<Asking> asking)
      throws Exception {
    List<String> devices = rows.keySet().stream().sorted().toList();
    List<Future<long[]>> asked = new ArrayList<>();
    for (int client = 0; client < load.clients(); client++) {
      Random random = new Random(31L * round + client);
      asked.add(clients.submit(() -> ask(random, devices, rows, asking)));
    }
    List<long[]> all = new ArrayList<>();
    for (Future<long[]> one : asked) {
      all.add(one.get());
    }
    long[] nanos = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("p50 ms", quantile(nanos, 0.5));
    figures.put("p99 ms", quantile(nanos, 0.99));
    figures.put("most ms", quantile(nanos, 1));
    return figures;
  }

  private long[] ask(
      Random random, List<String> devices, Map<String, Integer> rows, Callable<Asking> asking)
      throws Exception {
    long[] nanos = new long[Math.max(1, load.questions() / load.clients())];
    try (Asking client = asking.call()) {
      for (int i = 0; i < nanos.length; i++) {
        String device = devices.get(random.nextInt(devices.size()));
        long began = System.nanoTime();
        int found = client.rows(device);
        nanos[i] = System.nanoTime() - began;
        if (found != rows.getOrDefault(device, 0)) {
          throw new WrongCount(device + " has " + rows.get(device) + " rows, not " + found);
        }
      }
    }
    return nanos;
  }

  private static double quantile(long[] sorted, double quantile) {
    return sorted[(int) Math.ceil(quantile * sorted.length) - 1] / 1e6;
  }

  @Override
  public void close() {
    clients.shutdownNow();
  }
}
