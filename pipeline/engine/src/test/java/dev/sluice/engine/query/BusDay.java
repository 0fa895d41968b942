package dev.sluice.engine.query;

import dev.sluice.model.stream.EventTime;
import dev.sluice.model.stream.Field;
import dev.sluice.model.stream.FieldType;
import dev.sluice.model.stream.Identity;
import dev.sluice.model.stream.Storage;
import dev.sluice.model.stream.StreamDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * A recorded day of buses, sent as a bad network sends it: out of order, partly too late, partly
 * twice. What the recording lacks is put in: nulls, empty and non-Latin text, a negative zero.
 */
final class BusDay {
  static final Duration LATENESS = Duration.ofMinutes(5);
  static final Duration DEDUPE = Duration.ofMinutes(2);
  static final int PARTITIONS = 4;
  private static final int FRAME = 150;
  private static final long SEED = 20150308;

  private BusDay() {}

  static StreamDefinition stream(String name) {
    return new StreamDefinition(
        name,
        List.of(
            new Field("bus", FieldType.STRING, false),
            new Field("seq", FieldType.LONG, false),
            new Field("ts", FieldType.TIMESTAMP, false),
            new Field("route", FieldType.LONG, true),
            new Field("trip", FieldType.LONG, false),
            new Field("speed", FieldType.DOUBLE, true),
            new Field("lat", FieldType.DOUBLE, false),
            new Field("lon", FieldType.DOUBLE, false),
            new Field("headsign", FieldType.STRING, true),
            new Field("moving", FieldType.BOOLEAN, true),
            new Field("noted", FieldType.TIMESTAMP, true)),
        new Identity("bus", "seq", DEDUPE),
        new EventTime("ts", true, LATENESS, Duration.ZERO, Duration.ofSeconds(2), null, null),
        new Storage(PARTITIONS, Duration.ofDays(7)),
        StreamDefinition.UnknownFields.REJECT);
  }

  /** The day as frames of JSON, in the order of arrival. */
  static List<String> frames() {
    Random random = new Random(SEED);
    List<Arrival> arrivals = new ArrayList<>();
    long seq = 0;
    for (String[] report : reports()) {
      long time = OffsetDateTime.parse(report[1]).toInstant().toEpochMilli();
      time += random.nextInt(3) == 0 ? random.nextInt(1_000) : 0;
      long arrival = time + delay(random);
      String json = json(report, seq++, time, random);
      arrivals.add(new Arrival(arrival, json));
      int again = random.nextInt(60);
      if (again < 3) {
        arrivals.add(new Arrival(arrival + random.nextInt(5 * 60_000), json));
      } else if (again == 3) {
        arrivals.add(new Arrival(arrival + 10 * 60_000 + random.nextInt(60 * 60_000), json));
      }
    }
    arrivals.sort(Comparator.comparingLong(Arrival::at));
    List<String> frames = new ArrayList<>();
    for (int from = 0; from < arrivals.size(); from += FRAME) {
      int to = Math.min(arrivals.size(), from + FRAME);
      frames.add(arrivals.subList(from, to).stream().map(Arrival::json).toList().toString());
    }
    return frames;
  }

  /** Mostly within the lateness, now and then far above it. */
  private static long delay(Random random) {
    return random.nextInt(20) == 0 ? random.nextInt(45 * 60_000) : random.nextInt(3 * 60_000);
  }

  private static String json(String[] report, long seq, long time, Random random) {
    String speed = random.nextInt(11) == 0 ? "null" : report[2];
    if (!speed.equals("null") && Double.parseDouble(speed) == 0 && random.nextInt(4) == 0) {
      speed = "-0.0";
    }
    String moving = speed.equals("null") ? "null" : String.valueOf(Double.parseDouble(speed) > 0);
    return String.format(
        Locale.ROOT,
        "{\"bus\":\"%s\",\"seq\":%d,\"ts\":\"%s\",\"route\":%s,\"trip\":%s,\"speed\":%s,\"lat\":%s,"
            + "\"lon\":%s,\"headsign\":%s,\"moving\":%s,\"noted\":%s}",
        report[0],
        seq,
        Instant.ofEpochMilli(time),
        random.nextInt(23) == 0 ? "null" : report[3],
        report[4],
        speed,
        report[5],
        report[6],
        headsign(report[7], random),
        moving,
        random.nextInt(3) == 0
            ? "null"
            : "\""
                + Instant.ofEpochMilli(time - time % 60_000 - random.nextInt(5) * 60_000L)
                + "\"");
  }

  private static String headsign(String recorded, Random random) {
    return switch (random.nextInt(40)) {
      case 0, 1, 2 -> "null";
      case 3, 4 -> "\"\"";
      case 5 -> "\"Südwärts\"";
      case 6 -> "\"🚌 express\"";
      case 7 -> "\"｡half_way 50%\"";
      default -> "\"" + recorded + "\"";
    };
  }

  private static List<String[]> reports() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Objects.requireNonNull(
                        BusDay.class.getResourceAsStream("buses-2015-03-08.csv.gz"))),
                StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Arrival(long at, String json) {}
}
