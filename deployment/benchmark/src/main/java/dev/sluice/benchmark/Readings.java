package dev.sluice.benchmark;

import dev.sluice.model.stream.StreamDefinition;
import dev.sluice.model.stream.StreamJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Made-up readings, a function of their number alone: about 100 bytes of JSON each, from devices in
 * no particular order, in the order of their time. The stream is the tour's.
 */
final class Readings {
  /** One in so many has a humidity above 100, which the query's filter takes out. */
  static final int ONE_FILTERED_IN = 50;

  static final int PARTITIONS = 6;

  static final String STREAM =
      """
      {"fields": [{"name": "device", "type": "STRING"}, {"name": "seq", "type": "LONG"}, \
      {"name": "ts", "type": "TIMESTAMP"}, {"name": "temperature", "type": "DOUBLE", "nullable": true}, \
      {"name": "humidity", "type": "DOUBLE", "nullable": true}], \
      "key": "device", "time": "ts", "id": "seq", "lateness": "PT5S", "partitions": %d}"""
          .formatted(PARTITIONS);

  private static final DateTimeFormatter INSTANT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int devices;
  private final long start;
  private final double perMs;

  /**
   * @param start event time of the first, ms of the epoch
   * @param perMs events in a millisecond of event time
   */
  Readings(int devices, long start, double perMs) {
    this.devices = devices;
    this.start = start;
    this.perMs = perMs;
  }

  static StreamDefinition definition(String stream) {
    return StreamJson.parse(stream, STREAM.getBytes(StandardCharsets.UTF_8));
  }

  int device(long number) {
    return (int) Long.remainderUnsigned(mixed(number, 1), devices);
  }

  long time(long number) {
    return start + (long) (number / perMs);
  }

  /** Hundredths of a degree, -10.00 to 39.99. */
  int temperature(long number) {
    return (int) Long.remainderUnsigned(mixed(number, 2), 5_000) - 1_000;
  }

  /** Tenths of a per cent: 0.0 to 99.9, or 100.1 to 110.0. */
  int humidity(long number) {
    long bits = mixed(number, 3);
    return number % ONE_FILTERED_IN == ONE_FILTERED_IN - 1
        ? 1_001 + (int) Long.remainderUnsigned(bits, 100)
        : (int) Long.remainderUnsigned(bits, 1_000);
  }

  static boolean isFiltered(long number) {
    return number % ONE_FILTERED_IN == ONE_FILTERED_IN - 1;
  }

  /** How many of the first {@code events} the filter takes out. */
  static long filtered(long events) {
    return events / ONE_FILTERED_IN;
  }

  static String deviceName(int device) {
    return device < 10_000
        ? "device-" + Integer.toString(10_000 + device).substring(1)
        : "device-" + device;
  }

  /** A frame: the JSON array of these events. */
  byte[] frame(long first, int events) {
    return frame(first, events, Long.MIN_VALUE);
  }

  /**
   * @param time of all of them, ms of the epoch, instead of their own
   */
  byte[] frame(long first, int events, long time) {
    StringBuilder json = new StringBuilder(events * 110);
    long lastTime = Long.MIN_VALUE;
    String text = "";
    for (long number = first; number < first + events; number++) {
      long at = time == Long.MIN_VALUE ? time(number) : time;
      if (at != lastTime) {
        text = INSTANT.format(Instant.ofEpochMilli(at));
        lastTime = at;
      }
      json.append(number == first ? '[' : ',')
          .append("{\"device\":\"")
          .append(deviceName(device(number)))
          .append("\",\"seq\":")
          .append(number)
          .append(",\"ts\":\"")
          .append(text)
          .append("\",\"temperature\":");
      decimal(json, temperature(number), 2);
      json.append(",\"humidity\":");
      decimal(json, humidity(number), 1);
      json.append('}');
    }
    return json.append(']').toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void decimal(StringBuilder json, int value, int digits) {
    if (value < 0) {
      json.append('-');
    }
    int magnitude = Math.abs(value);
    int unit = digits == 2 ? 100 : 10;
    json.append(magnitude / unit).append('.');
    int fraction = magnitude % unit;
    if (digits == 2 && fraction < 10) {
      json.append('0');
    }
    json.append(fraction);
  }

  private static long mixed(long number, int salt) {
    long bits = (number + salt * 0x5851F42D4C957F2DL) * GOLDEN;
    bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return bits ^ (bits >>> 31);
  }
}
