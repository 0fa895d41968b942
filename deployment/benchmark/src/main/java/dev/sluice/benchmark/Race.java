package dev.sluice.benchmark;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Contenders in turns, so that what else the machine does is shared among them. The first is the
 * baseline.
 */
final class Race {
  private Race() {}

  /**
   * A measured round.
   *
   * @param figures by name
   * @param load the machine's load average of the last minute, when the round had ended; negative
   *     if unknown
   */
  record Round(Map<String, Double> figures, double load) {}

  /**
   * A ratio to reach: of the medians of the baseline's first figure.
   *
   * @param against whom; the baseline or another contender
   */
  record Aim(String contender, String against, double ratio) {}

  /**
   * What came out.
   *
   * @param contenders rounds by name; the first is the baseline
   */
  record Result(String name, String title, List<Aim> aims, Map<String, List<Round>> contenders) {

    String baseline() {
      return contenders.keySet().iterator().next();
    }

    Map<String, Double> medians(String contender) {
      List<Round> rounds = contenders.getOrDefault(contender, List.of());
      Map<String, Double> medians = new LinkedHashMap<>();
      if (!rounds.isEmpty()) {
        for (String figure : rounds.get(0).figures().keySet()) {
          medians.put(figure, median(rounds, figure));
        }
      }
      return medians;
    }

    /** Medians of a contender divided by the baseline's, where that has them. */
    Map<String, Double> ratios(String contender) {
      Map<String, Double> own = medians(contender);
      Map<String, Double> ratios = new LinkedHashMap<>();
      medians(baseline())
          .forEach(
              (figure, value) -> ratios.put(figure, own.getOrDefault(figure, Double.NaN) / value));
      return ratios;
    }

    /** What there is of an aim. */
    double reached(Aim aim) {
      String figure = medians(baseline()).keySet().iterator().next();
      return medians(aim.contender).getOrDefault(figure, Double.NaN)
          / medians(aim.against).getOrDefault(figure, Double.NaN);
    }

    private static double median(List<Round> rounds, String figure) {
      double[] values =
          rounds.stream()
              .mapToDouble(round -> round.figures().getOrDefault(figure, Double.NaN))
              .toArray();
      Arrays.sort(values);
      int middle = values.length / 2;
      return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
  }

  static Result run(
      String name,
      String title,
      List<Aim> aims,
      List<? extends Contender> contenders,
      Settings settings,
      PrintWriter progress)
      throws Exception {
    progress.printf(Locale.ROOT, "%n%s: %s%n", name, title);
    Map<String, List<Round>> results = new LinkedHashMap<>();
    for (int round = 0; round < settings.warmUps() + settings.rounds(); round++) {
      boolean counts = round >= settings.warmUps();
      for (Contender contender : contenders) {
        Map<String, Double> figures = contender.round(round);
        Round done =
            new Round(figures, ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        if (counts) {
          results.computeIfAbsent(contender.name(), n -> new ArrayList<>()).add(done);
        }
        progress.printf(
            Locale.ROOT,
            "  %-9s %-16s %s, load %.1f%n",
            counts ? "round " + (round - settings.warmUps() + 1) : "warm-up",
            contender.name(),
            text(figures),
            done.load());
        progress.flush();
      }
    }
    return new Result(name, title, aims, results);
  }

  static String text(Map<String, Double> figures) {
    StringBuilder text = new StringBuilder();
    figures.forEach(
        (figure, value) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(
                    String.format(
                        Locale.ROOT, value < 1_000 ? "%s %.2f" : "%s %,.0f", figure, value)));
    return text.toString();
  }
}
