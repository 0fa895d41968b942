package dev.sluice.benchmark;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Windowed queries that are all different, as people's dashboards are, and what each must count.
 */
final class ManyQueries {
  private static final int KINDS = 4;
  private static final int RANGE = 10;
  private static final int MOST_HUMIDITY = 1_000;
  private static final int COLDEST = -1_000;
  private static final int HOPS = 4;

  private ManyQueries() {}

  /**
   * A query.
   *
   * @param windows that have one event
   * @param matches which events it counts
   */
  record Query(String sql, int windows, Matches matches) {}

  /** Over a device's number, hundredths of a degree and tenths of a per cent. */
  interface Matches {
    boolean test(int device, int temperature, int humidity);
  }

  static List<Query> of(String stream, int count, int devices) {
    List<Query> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int nr = i / KINDS;
      queries.add(
          switch (i % KINDS) {
            case 0 -> oneDevice(stream, nr, devices);
            case 1 -> someDevices(stream, nr, devices);
            case 2 -> allDevices(stream, nr);
            default -> hopping(stream, nr, devices);
          });
    }
    return queries;
  }

  private static Query oneDevice(String stream, int nr, int devices) {
    int device = nr % devices;
    int least = COLDEST + nr;
    return new Query(
        ("SELECT COUNT(*) AS n, AVG(temperature) AS a, MAX(temperature) AS m FROM %s WHERE device = '%s'"
                + " AND temperature >= %s GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)")
            .formatted(stream, Readings.deviceName(device), hundredths(least)),
        1,
        (d, t, h) -> d == device && t >= least);
  }

  private static Query someDevices(String stream, int nr, int devices) {
    int first = nr % devices;
    int last = first + RANGE - 1;
    int most = MOST_HUMIDITY - nr % MOST_HUMIDITY;
    return new Query(
        ("SELECT device, COUNT(*) AS n, MIN(temperature) AS m FROM %s WHERE device BETWEEN '%s' AND '%s'"
                + " AND humidity < %s GROUP BY TUMBLE(ts, INTERVAL '5' SECOND), device")
            .formatted(stream, Readings.deviceName(first), Readings.deviceName(last), tenths(most)),
        1,
        (d, t, h) -> d >= first && d <= last && h < most);
  }

  private static Query allDevices(String stream, int nr) {
    int most = COLDEST + 5 + nr;
    return new Query(
        ("SELECT COUNT(*) AS n, STDDEV_POP(humidity) AS d FROM %s WHERE temperature < %s"
                + " GROUP BY TUMBLE(ts, INTERVAL '10' SECOND)")
            .formatted(stream, hundredths(most)),
        1,
        (d, t, h) -> t < most);
  }

  private static Query hopping(String stream, int nr, int devices) {
    int device = (devices - 1 - nr % devices);
    int most = MOST_HUMIDITY - nr % MOST_HUMIDITY;
    return new Query(
        ("SELECT COUNT(*) AS n, AVG(temperature) AS a FROM %s WHERE device = '%s' AND humidity < %s"
                + " GROUP BY HOP(ts, INTERVAL '5' SECOND, INTERVAL '20' SECOND)")
            .formatted(stream, Readings.deviceName(device), tenths(most)),
        HOPS,
        (d, t, h) -> d == device && h < most);
  }

  private static String hundredths(int value) {
    return BigDecimal.valueOf(value, 2).toPlainString();
  }

  private static String tenths(int value) {
    return BigDecimal.valueOf(value, 1).toPlainString();
  }

  /** What the counts of a query's rows add up to, over these events. */
  static long[] expected(List<Query> queries, Readings readings, long first, long events) {
    long[] sums = new long[queries.size()];
    for (long number = first; number < first + events; number++) {
      int device = readings.device(number);
      int temperature = readings.temperature(number);
      int humidity = readings.humidity(number);
      for (int q = 0; q < sums.length; q++) {
        Query query = queries.get(q);
        if (query.matches().test(device, temperature, humidity)) {
          sums[q] += query.windows();
        }
      }
    }
    return sums;
  }
}
