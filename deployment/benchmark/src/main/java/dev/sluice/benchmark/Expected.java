package dev.sluice.benchmark;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The answer to the query, worked out from how the readings are made. */
final class Expected {
  static final String QUERY =
      "SELECT device, AVG(temperature) AS avg_t, MAX(temperature) AS max_t, COUNT(*) AS n FROM readings"
          + " WHERE humidity BETWEEN 0 AND 100 GROUP BY TUMBLE(ts, INTERVAL '10' SECOND), device"
          + " HAVING COUNT(*) >= 3";

  private static final long WINDOW_MS = 10_000;
  private static final int LEAST_COUNT = 3;
  private static final double CLOSE = 1e-12;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final long events;
  private final int devices;
  private final long firstWindow;
  private final long[] counts;
  private final long[] sums;
  private final int[] greatest;
  private final int rows;

  Expected(Readings readings, int devices, long events) {
    this.events = events;
    this.devices = devices;
    firstWindow = readings.time(0) / WINDOW_MS;
    int windows = (int) (readings.time(events - 1) / WINDOW_MS - firstWindow) + 1;
    counts = new long[windows * devices];
    sums = new long[windows * devices];
    greatest = new int[windows * devices];
    for (long number = 0; number < events; number++) {
      if (!Readings.isFiltered(number)) {
        int window = (int) (readings.time(number) / WINDOW_MS - firstWindow);
        int place = window * devices + readings.device(number);
        int temperature = readings.temperature(number);
        greatest[place] = counts[place] == 0 ? temperature : Math.max(greatest[place], temperature);
        counts[place]++;
        sums[place] += temperature;
      }
    }
    int enough = 0;
    for (long count : counts) {
      enough += count >= LEAST_COUNT ? 1 : 0;
    }
    rows = enough;
  }

  /** Rows and updates together: windows that are open at the end leave as updates. */
  int rows() {
    return rows;
  }

  /** Checks the accounting of the answer's last line, {@code {"end": {…}}}. */
  void checkEnd(String line) throws WrongCount {
    JsonNode end = JSON.readTree(line).get("end");
    if (end == null) {
      throw new WrongCount("the answer must end with its accounting: was " + line);
    }
    JsonNode accounting = end.get("accounting");
    long filtered = Readings.filtered(events);
    WrongCount.check("read", events, accounting.get("read").asLong());
    WrongCount.check("filtered", filtered, accounting.get("filtered").asLong());
    WrongCount.check("late", 0, accounting.get("late").asLong());
    WrongCount.check("duplicate", 0, accounting.get("duplicate").asLong());
    WrongCount.check("counted", events - filtered, accounting.get("counted").asLong());
  }

  /** Checks every row of an answer, and that none is missing. */
  void checkRows(List<String> lines) throws WrongCount {
    Set<Integer> seen = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    for (String line : lines) {
      JsonNode row = JSON.readTree(line).iterator().next();
      if (row.has("avg_t") && !(isRight(row, seen))) {
        wrong.add(line);
      }
    }
    if (!wrong.isEmpty()) {
      throw new WrongCount(wrong.size() + " rows are wrong, the first: " + wrong.get(0));
    }
    WrongCount.check("rows", rows, seen.size());
  }

  private boolean isRight(JsonNode row, Set<Integer> seen) {
    long start = Instant.parse(row.get("window_start").asString()).toEpochMilli();
    int device = Integer.parseInt(row.get("device").asString().substring("device-".length()));
    int place = (int) (start / WINDOW_MS - firstWindow) * devices + device;
    double average = sums[place] / 100.0 / counts[place];
    double tolerance = CLOSE * Math.max(1, Math.abs(average));
    return seen.add(place)
        && counts[place] >= LEAST_COUNT
        && row.get("n").asLong() == counts[place]
        && row.get("max_t").asDouble() == greatest[place] / 100.0
        && Math.abs(row.get("avg_t").asDouble() - average) <= tolerance;
  }
}
