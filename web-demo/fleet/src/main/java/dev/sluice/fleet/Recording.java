package dev.sluice.fleet;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The busy hours of a recorded day.
 *
 * @param begin the first moment
 * @param length from there to the moment after the last, at which the recording begins anew
 * @param reports in the order of their time
 */
record Recording(Instant begin, Duration length, List<Report> reports) {
  /** The days, and of each the hours in which most of its buses are on the road. */
  private enum Day {
    MARCH_2015("2015-03-07", "2015-03-07T09:00:00-06:00", "2015-03-07T15:30:00-06:00"),
    MARCH_2016("2016-03-22", "2016-03-22T19:30:00-05:00", "2016-03-22T23:00:00-05:00"),
    NOVEMBER_2016("2016-11-26", "2016-11-26T09:00:00-06:00", "2016-11-26T20:00:00-06:00");

    private final String file;
    private final Instant begin;
    private final Instant end;

    Day(String date, String begin, String end) {
      this.file = date + ".csv.gz";
      this.begin = OffsetDateTime.parse(begin).toInstant();
      this.end = OffsetDateTime.parse(end).toInstant();
    }
  }

  private static final int COLUMNS = 8;

  /** Reads all days. Blocks, for about half a second. */
  static List<Recording> all() {
    List<Recording> days = new ArrayList<>();
    for (Day day : Day.values()) {
      days.add(read(day));
    }
    return days;
  }

  /** Every bus once; those first that report first, if all days begin at once. */
  static List<String> busesInOrder(List<Recording> days) {
    Map<String, Long> firstReport = new HashMap<>();
    for (Recording day : days) {
      for (Report report : day.reports) {
        firstReport.putIfAbsent(report.bus(), report.recorded() - day.begin.toEpochMilli());
      }
    }
    return firstReport.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Recording read(Day day) {
    List<Report> reports = new ArrayList<>();
    // A day's vehicles are others than another day's, though the bus company may have reused them.
    String suffix = "-" + (day.ordinal() + 1);
    Map<String, String> same = new HashMap<>();
    try (BufferedReader lines = open(day.file)) {
      lines.readLine();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
          throw new IOException(day.file + ": expected " + COLUMNS + " cells: was " + line);
        }
        reports.add(report(cells, suffix, same));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reports.sort(Comparator.comparingLong(Report::recorded));
    return new Recording(day.begin, Duration.between(day.begin, day.end), List.copyOf(reports));
  }

  private static Report report(String[] cells, String suffix, Map<String, String> same) {
    return new Report(
        OffsetDateTime.parse(cells[1]).toInstant().toEpochMilli(),
        same.computeIfAbsent(cells[0] + suffix, text -> text),
        text(cells[3], same),
        text(cells[4], same),
        text(cells[7], same),
        Double.parseDouble(cells[2]),
        Double.parseDouble(cells[5]),
        Double.parseDouble(cells[6]));
  }

  private static @Nullable String text(String cell, Map<String, String> same) {
    return cell.isEmpty() ? null : same.computeIfAbsent(cell, text -> text);
  }

  private static BufferedReader open(String file) throws IOException {
    InputStream packed = Recording.class.getResourceAsStream(file);
    if (packed == null) {
      throw new FileNotFoundException(file);
    }
    return new BufferedReader(
        new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.US_ASCII));
  }
}
